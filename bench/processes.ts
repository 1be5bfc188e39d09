/** What Linux tells in /proc of a process: its CPU time, its memory, its children. Elsewhere nothing is measured. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The kernel gives programs its times in hundredths of a second, whatever its own clock. */
const TICKS_PER_SECOND = 100;
const BYTES_PER_KB = 1024;

/** Places after the name in /proc/PID/stat. */
const PARENT = 1;
const USER_TIME = 11;

interface Process {
  readonly name: string;
  readonly parent: number;
  /** Of itself. */
  readonly cpuSeconds: number;
  /** Of its children that have ended and were waited for, and of theirs. */
  readonly endedCpuSeconds: number;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Undefined where it has ended, or where the system does not say. */
export function readProcess(pid: number | 'self'): Process | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // A process may call itself anything, also with blanks and brackets: what counts stands after the last one.
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(USER_TIME);
  return {
    name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
    parent: fields[PARENT] ?? 0,
    cpuSeconds: (user + system) / TICKS_PER_SECOND,
    endedCpuSeconds: (endedUser + endedSystem) / TICKS_PER_SECOND,
  };
}

function childrenOf(pid: number): number[] {
  let threads: string[];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads.flatMap((thread) =>
    (read(`/proc/${pid}/task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
  );
}

/** The most memory that it has had so far, in bytes. */
export function peakMemoryOf(pid: number): number | undefined {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * BYTES_PER_KB;
}

function isNode(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/exe`) === readlinkSync('/proc/self/exe');
  } catch {
    return false;
  }
}

/** The process and those below it, as far as they run Node. */
export function nodeProcessesFrom(pid: number): number[] {
  return [...(isNode(pid) ? [pid] : []), ...childrenOf(pid).flatMap(nodeProcessesFrom)];
}

/** CPU time of a process with its children, the ended ones too. */
export function cpuSecondsFrom(pid: number): number | undefined {
  const root = readProcess(pid);
  if (root === undefined) return undefined;
  const ofChildren = childrenOf(pid).map((child) => cpuSecondsFrom(child) ?? 0);
  return ofChildren.reduce((sum, seconds) => sum + seconds, root.cpuSeconds + root.endedCpuSeconds);
}

/** CPU time spent between two readings; null where either could not be had. */
export function cpuSecondsBetween(before: number | undefined, after: number | undefined): number | null {
  if (before === undefined || after === undefined) return null;
  return Math.round((after - before) * TICKS_PER_SECOND) / TICKS_PER_SECOND;
}
