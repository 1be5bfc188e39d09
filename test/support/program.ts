/** The command line as a process of its own, compiled, in an environment that holds nothing of the tester's. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { inject } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { afterFile } from './ends.ts';
import type { Installation } from './installation.ts';

export const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');

export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Program {
  readonly pid: number;
  /** What it has said until now on standard output, and on standard error. */
  stdout(): string;
  stderr(): string;
  kill(signal: NodeJS.Signals): void;
  ended(): Promise<Ended>;
}

export function startProgram(
  { url, redisUrl, folder, notices }: Installation,
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): Program {
  const own = {
    ...{ DATABASE_URL: url, GELOMBANG_HOME: join(folder, 'home'), GELOMBANG_NOTICES: notices, NO_COLOR: '1' },
    // Else the notes of all tests would lie together, in the tester's own folder.
    HOME: folder,
    GELOMBANG_KEY_FILE: inject('keyFile'),
    // A thread takes half a second of a processor to start.
    GELOMBANG_CONCURRENCY: '1',
    ...(redisUrl === undefined ? {} : { REDIS_URL: redisUrl }),
  };
  const env = { PATH: process.env.PATH, ...own, ...settings };
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const closed = once(child, 'close').then(() => {
    return { code: child.exitCode ?? undefined, stdout, stderr };
  });
  afterFile(() => endOf(child));
  return {
    pid: child.pid ?? 0,
    stdout: () => stdout,
    stderr: () => stderr,
    kill: (signal) => void child.kill(signal),
    ended: () => closed,
  };
}

export function runProgram(
  by: Installation,
  args: readonly string[],
  settings?: Readonly<Record<string, string>>,
): Promise<Ended> {
  return startProgram(by, args, settings).ended();
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
