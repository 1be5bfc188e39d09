/** What of the program an input reaches, as V8 counts it: every block of code with how often it was run. */
import { type Profiler, Session } from 'node:inspector';

interface Reached {
  readonly block: string;
  /** 1, 2, 3, then a number for 4 to 7, for 8 to 15, and so on. */
  readonly often: number;
}

export class Coverage {
  readonly #session = new Session();
  readonly #isWatched: (url: string) => boolean;
  readonly #seen = new Set<string>();
  readonly #blocks = new Set<string>();

  /** @param isWatched Whether a script, by its address, is part of what is looked at. */
  constructor(isWatched: (url: string) => boolean) {
    this.#isWatched = isWatched;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks that were ever run. */
  get blocks(): number {
    return this.#blocks.size;
  }

  /** Whether a block was run since it was last asked that never was before. Nothing is noted: it can be found again. */
  hasNewBlocks(): boolean {
    return this.#reached().some(({ block }) => !this.#blocks.has(block));
  }

  /** Notes what was run since it was last asked: whether anything of it never was, or never as often. */
  takeNew(): boolean {
    return this.#reached().filter((reached) => this.#note(reached)).length > 0;
  }

  end(): void {
    this.#session.disconnect();
  }

  #note({ block, often }: Reached): boolean {
    const key = `${block}*${often}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.#blocks.add(block);
    return true;
  }

  #reached(): Reached[] {
    return this.#take()
      .filter(({ url }) => this.#isWatched(url))
      .flatMap(({ scriptId, functions }) =>
        functions.flatMap(({ ranges }) =>
          ranges
            .filter(({ count }) => count > 0)
            .map(({ startOffset, endOffset, count }) => ({
              block: `${scriptId}:${startOffset}-${endOffset}`,
              often: count < 4 ? count : Math.floor(Math.log2(count)) + 2,
            })),
        ),
      );
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    // Answered before `post` returns: the session is one within this thread.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      result = taken.result;
    });
    return result;
  }
}
