/** Processes by their id: whether they are there, their children, and their end. */
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

const LOOK_INTERVAL = 10;

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** False where there is none any more. */
export function killQuietly(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return pid > 0 && process.kill(pid, signal);
  } catch {
    return false;
  }
}

/** Those that a process has started and that are there; none where the system does not say. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** One that has ended and is not yet fetched by its parent counts as gone. */
function isThere(pid: number): boolean {
  if (!killQuietly(pid, 0)) return false;
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}

/** Whether it is gone within so many milliseconds. */
export function isGoneWithin(milliseconds: number, ...pids: readonly number[]): Promise<boolean> {
  return happensWithin(milliseconds, async () => !pids.some(isThere));
}

/** Looks again and again; false where it does not happen in time. */
export async function happensWithin(
  milliseconds: number,
  happened: () => Promise<boolean>,
  interval = LOOK_INTERVAL,
): Promise<boolean> {
  const until = Date.now() + milliseconds;
  while (!(await happened())) {
    if (Date.now() > until) return false;
    await pause(interval);
  }
  return true;
}
