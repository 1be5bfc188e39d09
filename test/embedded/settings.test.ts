import { describe, expect, it } from 'vitest';
import type { Machine } from '../../src/embedded/machine.ts';
import { settingsFor } from '../../src/embedded/settings.ts';

const GB = 2 ** 30;
const ORDINARY: Machine = { memory: 16 * GB, cores: 8, disk: 200 * GB, sharedMemory: 8 * GB };

describe('the settings of the server', () => {
  it('follow the memory, the cores and the disk', () => {
    expect(settingsFor(ORDINARY)).toMatchObject({
      shared_buffers: '4096MB',
      effective_cache_size: '8192MB',
      work_mem: '256MB',
      maintenance_work_mem: '1024MB',
      max_parallel_workers: '8',
      max_parallel_workers_per_gather: '4',
      max_wal_size: '8192MB',
    });
  });

  it('stay within what a small machine has', () => {
    const small = settingsFor({ memory: GB / 2, cores: 1, disk: GB, sharedMemory: undefined });
    expect(small).toMatchObject({
      shared_buffers: '128MB',
      work_mem: '8MB',
      max_parallel_workers_per_gather: '0',
      max_wal_size: '256MB',
    });
  });

  it('never trade a commit for speed, whatever the machine', () => {
    for (const memory of [GB, 512 * GB]) {
      const settings = settingsFor({ ...ORDINARY, memory });
      expect(settings).toMatchObject({ fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' });
    }
  });

  it('listen on no network', () => {
    expect(settingsFor(ORDINARY)).toMatchObject({ listen_addresses: '', unix_socket_permissions: '0700' });
  });

  it('keep parallel queries out of the small /dev/shm of a container, and only there', () => {
    const small = settingsFor({ ...ORDINARY, sharedMemory: 64 * 2 ** 20 });
    expect(small).toHaveProperty('dynamic_shared_memory_type', 'sysv');
    expect(settingsFor(ORDINARY)).not.toHaveProperty('dynamic_shared_memory_type');
  });

  it('are whole numbers that PostgreSQL reads', () => {
    const odd = settingsFor({ memory: 3_333_333_333, cores: 3, disk: 7_777_777_777, sharedMemory: 1 });
    const sizes = Object.values(odd).filter((value) => value.endsWith('MB'));
    for (const size of sizes) expect(size).toMatch(/^[1-9][0-9]*MB$/);
  });
});
