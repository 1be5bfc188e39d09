/** SIGINT and SIGTERM: the first asks for an orderly end, the second ends at once. */
import { GelombangError } from '../errors.ts';
import { note } from './output.ts';
import { screen } from './screen.ts';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof SIGNAL_CODES;

/** Milliseconds from the first signal after which nothing is waited for any more. */
const LONGEST_STOP = 9_000;

export class Stopping {
  readonly #controller = new AbortController();
  #stoppedBy: Signal | undefined;

  constructor() {
    for (const name of Object.keys(SIGNAL_CODES) as Signal[]) process.on(name, () => this.#receive(name));
    process.on('exit', () => screen.restore());
  }

  /** Its reason is the name of the signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The exit code of a command that was stopped; undefined where no signal came. */
  get exitCode(): number | undefined {
    return this.#stoppedBy === undefined ? undefined : SIGNAL_CODES[this.#stoppedBy];
  }

  #receive(name: Signal): void {
    if (this.#stoppedBy !== undefined) process.exit(SIGNAL_CODES[name]);
    this.#stoppedBy = name;
    note('Stopping … (once more to stop at once)');
    this.#controller.abort(name);
    setTimeout(() => {
      note('What was under way did not end in time and is left: whoever goes on finds it as it was before.');
      process.exit(SIGNAL_CODES[name]);
    }, LONGEST_STOP).unref();
  }
}

/** @throws GelombangError INTERRUPTED once the signal was given. */
export function throwIfStopping(signal: AbortSignal): void {
  if (signal.aborted) throw stopped('Nothing was changed. Run the command again.');
}

export function stopped(next: string): GelombangError {
  return new GelombangError('INTERRUPTED', 'the command was stopped', { next });
}
