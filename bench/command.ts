/** A Node program run as a process of its own, with a clock, and with its memory and CPU time where they can be read. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { GelombangError } from '../src/errors.ts';
import {
  cpuSecondsBetween,
  cpuSecondsFrom,
  nodeProcessesFrom,
  peakMemoryOf,
  readProcess,
} from './processes.ts';

/** Milliseconds between two looks at the memory. The kernel keeps the peak: only growth after the last look is missed. */
const LOOK_INTERVAL = 50;
const LAST_WORDS = 4000;

export interface Ended {
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  readonly stdout: string;
  /** Of the largest of its Node processes; null where the system does not say. */
  readonly peakMemory: number | null;
  /** With its children; null where the system does not say. */
  readonly cpuSeconds: number | null;
}

export type Environment = Readonly<Record<string, string>>;

/** The most memory that a Node process had, of a process and those below it. */
class MemoryWatch {
  readonly #pid: number;
  readonly #timer: NodeJS.Timeout;
  #peak: number | null = null;

  constructor(pid: number) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.#look(), LOOK_INTERVAL);
  }

  #look(): void {
    for (const pid of nodeProcessesFrom(this.#pid)) {
      const peak = peakMemoryOf(pid);
      if (peak !== undefined) this.#peak = Math.max(peak, this.#peak ?? 0);
    }
  }

  end(): number | null {
    clearInterval(this.#timer);
    return this.#peak;
  }
}

/** A running Node program; `stderr` holds its last words. */
export class NodeProgram {
  readonly #child: ChildProcess;
  readonly #memory: MemoryWatch;
  readonly #closed: Promise<unknown>;
  readonly #exited: Promise<number>;
  stdout = '';
  stderr = '';

  /** @param signal ends it by SIGTERM. */
  constructor(args: readonly string[], environment: Environment, signal: AbortSignal) {
    this.#child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-LAST_WORDS);
    });
    this.#memory = new MemoryWatch(this.pid);
    const stop = () => this.stop();
    signal.addEventListener('abort', stop);
    this.#exited = once(this.#child, 'exit').then(() => performance.now());
    this.#closed = once(this.#child, 'close').then(() => signal.removeEventListener('abort', stop));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  stop(): void {
    this.#child.kill('SIGTERM');
  }

  get exitCode(): number | undefined {
    return this.#child.exitCode ?? undefined;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** CPU time so far. */
  cpuSeconds(): number | undefined {
    return cpuSecondsFrom(this.pid);
  }

  /** When it has ended: by which clock time, how, and the most memory that it had. */
  async end(): Promise<{ at: number; code: number | undefined; peakMemory: number | null }> {
    const at = await this.#exited;
    const peakMemory = this.#memory.end();
    await this.#closed;
    return { at, code: this.exitCode, peakMemory };
  }
}

/**
 * Runs it to its end. Nothing else that this process has started may end meanwhile: the CPU time is read from that of
 * ended children.
 * @throws GelombangError INTERRUPTED on the signal, UNEXPECTED where it ends with another code than 0.
 */
export async function runNode(
  args: readonly string[],
  environment: Environment,
  signal: AbortSignal,
): Promise<Ended> {
  throwIfInterrupted(signal);
  const before = readProcess('self')?.endedCpuSeconds;
  const began = performance.now();
  const program = new NodeProgram(args, environment, signal);
  const { at, code, peakMemory } = await program.end();
  throwIfInterrupted(signal);
  if (code !== 0) throw failed(args, code, program.stderr);
  const cpuSeconds = cpuSecondsBetween(before, readProcess('self')?.endedCpuSeconds);
  return { milliseconds: Math.round(at - began), stdout: program.stdout, peakMemory, cpuSeconds };
}

export function failed(args: readonly string[], code: number | undefined, stderr: string): GelombangError {
  const ending = code === undefined ? 'was killed' : `ended with ${code}`;
  return new GelombangError(
    'UNEXPECTED',
    `node ${args.join(' ')} ${ending}; its last words:\n${stderr.trimEnd()}`,
    {
      next: 'Nothing was measured. Remove the cause and run the measurement again.',
    },
  );
}

export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted) throw new GelombangError('INTERRUPTED', `stopped by ${String(signal.reason)}`);
}
