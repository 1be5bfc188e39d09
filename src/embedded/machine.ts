import { statfs } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';

/** What the server may use, in bytes. */
export interface Machine {
  readonly memory: number;
  readonly cores: number;
  /** Free on the disk that holds the data. */
  readonly disk: number;
  /** Of /dev/shm, where the system has it; containers often get 64 MB. */
  readonly sharedMemory: number | undefined;
}

export async function measureMachine(directory: string): Promise<Machine> {
  const limit = process.constrainedMemory() ?? 0;
  const disk = await statfs(directory);
  const shared = await statfs('/dev/shm').catch(() => undefined);
  return {
    // Without a limit Node says 0, or a number beyond any memory.
    memory: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    cores: availableParallelism(),
    disk: disk.bavail * disk.bsize,
    sharedMemory: shared && shared.blocks * shared.bsize,
  };
}
