/** The program under test as processes: started, signalled, waited for, and none of them left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../src/project-root.ts';
import { hasEnded, killQuietly } from './processes.ts';

const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');
const FIRST_WORDS = 2000;
const LAST_WORDS = 6000;

export interface Ended {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Start {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node itself: what is loaded before the program. */
  readonly nodeOptions: readonly string[];
}

/** All that run, so that a harness that is stopped can end them. */
const running = new Set<Program>();

export class Program {
  readonly command: string;
  readonly #child: ChildProcess;
  readonly #closed: Promise<Ended>;
  #stdout = '';
  #firstSaid = '';
  #stderr = '';

  constructor({ args, environment, nodeOptions }: Start) {
    this.command = args.join(' ');
    this.#child = spawn(process.execPath, [...nodeOptions, MAIN, ...args], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#firstSaid += text.slice(0, FIRST_WORDS - this.#firstSaid.length);
      this.#stderr = (this.#stderr + text).slice(-LAST_WORDS);
    });
    running.add(this);
    this.#closed = once(this.#child, 'close').then(() => {
      running.delete(this);
      return this.#ended();
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return hasEnded(this.#child);
  }

  /** What it has said so far on standard error, the last of it. */
  get said(): string {
    return this.#stderr;
  }

  /** The first of it. */
  get firstSaid(): string {
    return this.#firstSaid;
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#child.kill(signal);
  }

  /** Whatever it takes. */
  ended(): Promise<Ended> {
    return this.#closed;
  }

  /** Undefined where it goes on for longer than so many milliseconds. */
  async endedWithin(milliseconds: number): Promise<Ended | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), milliseconds);
    });
    const ended = await Promise.race([this.#closed, late]);
    clearTimeout(timer);
    return ended;
  }

  #ended(): Ended {
    return {
      code: this.#child.exitCode ?? undefined,
      signal: this.#child.signalCode ?? undefined,
      stdout: this.#stdout,
      stderr: this.#stderr,
    };
  }
}

/** At once and without waiting: for a harness that ends. */
export function killAllPrograms(): void {
  for (const program of running) killQuietly(program.pid, 'SIGKILL');
}
