import type { Machine } from './machine.ts';

const MB = 2 ** 20;
const GB = 2 ** 30;

type Settings = Readonly<Record<string, string>>;

/** The settings that the server is started with, for a few heavy set-based sessions on one machine. */
export function settingsFor(machine: Machine): Settings {
  return { ...memorySettings(machine), ...parallelSettings(machine), ...writeSettings(machine), ...FIXED };
}

function memorySettings({ memory, sharedMemory }: Machine): Settings {
  return {
    // Each gigabyte makes the start some 25 ms longer, and beyond a few the system's own cache does as well.
    shared_buffers: megabytes(between(128 * MB, memory / 4, 4 * GB)),
    effective_cache_size: megabytes(between(256 * MB, memory / 2, 64 * GB)),
    work_mem: megabytes(between(8 * MB, memory / 64, 256 * MB)),
    maintenance_work_mem: megabytes(between(64 * MB, memory / 16, 2 * GB)),
    // Each of three workers may take it.
    autovacuum_work_mem: megabytes(between(32 * MB, memory / 64, 256 * MB)),
    // Parallel queries fail when /dev/shm is full, as the 64 MB of a container soon are.
    ...(sharedMemory !== undefined && sharedMemory < GB ? { dynamic_shared_memory_type: 'sysv' } : {}),
  };
}

function parallelSettings({ cores }: Machine): Settings {
  // The leader works too.
  const helpers = String(between(0, cores - 1, 4));
  return {
    max_worker_processes: String(8 + cores),
    max_parallel_workers: String(cores),
    max_parallel_workers_per_gather: helpers,
    max_parallel_maintenance_workers: helpers,
  };
}

/** Written seldom and in bulk: few checkpoints, no replication, but every commit on the disk: it is the record. */
function writeSettings({ disk, memory }: Machine): Settings {
  const wal = between(256 * MB, disk / 8, 8 * GB);
  return {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    // As much as a COPY writes while the disk is waited for; the server's own choice, 16 MB, holds it up.
    wal_buffers: megabytes(between(16 * MB, memory / 64, 256 * MB)),
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: megabytes(wal),
    min_wal_size: megabytes(wal / 8),
    checkpoint_timeout: '30min',
  };
}

const FIXED: Settings = {
  cluster_name: 'gelombang',
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '300',
  jit: 'off',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // A command that was killed must not go on holding row locks in a long query.
  client_connection_check_interval: '2s',
  // Statements, details and messages of errors can hold identity numbers. The client is told them, the log is not.
  log_min_messages: 'log',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

function between(least: number, wanted: number, most: number): number {
  return Math.max(least, Math.min(wanted, most));
}

function megabytes(bytes: number): string {
  return `${Math.floor(bytes / MB)}MB`;
}
