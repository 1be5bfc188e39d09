/** Gives a target input after input, keeps what reaches something new and goes on from there. */
import { Chance } from './chance.ts';
import { Coverage } from './coverage.ts';
import { mutated } from './mutations.ts';

export interface Target {
  readonly name: string;
  /** Which files of the program are looked at. */
  readonly watched: RegExp;
  readonly beginnings: readonly Buffer[];
  /** What the program knows as words. */
  readonly words: readonly Buffer[];
  /** @throws when the input shows a fault of the program. */
  run(input: Buffer): Promise<void> | void;
}

export interface Found {
  readonly input: Buffer;
  readonly error: Error;
}

export interface Fuzzing {
  readonly executions: number;
  readonly blocks: number;
  readonly corpus: number;
  readonly found: Found | undefined;
}

export interface Limits {
  readonly seed: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly onProgress: (so: Fuzzing) => void;
}

/** Milliseconds of a processor that one input may take. */
const LONGEST_RUN = 3_000;
/** Inputs after which it is asked what they reached: that takes as long as some dozens of them. */
const TOGETHER = 200;
/** Of so many batches one is looked at input by input though it reached nothing new: code may have run more often. */
const ONE_BY_ONE = 40;
/** Milliseconds. */
const BETWEEN_REPORTS = 15_000;

/** Until the time is up, or the first fault. */
export async function fuzz(target: Target, limits: Limits): Promise<Fuzzing> {
  const fuzzer = new Fuzzer(target, limits.seed);
  const end = performance.now() + limits.duration;
  let told = performance.now();
  try {
    await fuzzer.begin();
    while (fuzzer.found === undefined && performance.now() < end) {
      await fuzzer.tryBatch();
      if (performance.now() - told < BETWEEN_REPORTS) continue;
      told = performance.now();
      limits.onProgress(fuzzer.figures());
    }
    return fuzzer.figures();
  } finally {
    fuzzer.end();
  }
}

class Fuzzer {
  found: Found | undefined;
  readonly #target: Target;
  readonly #chance: Chance;
  readonly #coverage: Coverage;
  readonly #corpus: Buffer[];
  #executions = 0;
  #batches = 0;

  constructor(target: Target, seed: number) {
    this.#target = target;
    this.#chance = new Chance(seed);
    this.#corpus = [...target.beginnings];
    this.#coverage = new Coverage((url) => target.watched.test(url));
  }

  figures(): Fuzzing {
    const corpus = this.#corpus.length;
    return { executions: this.#executions, blocks: this.#coverage.blocks, corpus, found: this.found };
  }

  async begin(): Promise<void> {
    for (const input of this.#target.beginnings) await this.#run(input);
    this.#coverage.takeNew();
  }

  async tryBatch(): Promise<void> {
    const others = { corpus: this.#corpus, words: this.#target.words };
    const next = () => mutated(this.#chance.of(this.#corpus), this.#chance, others);
    const inputs = Array.from({ length: TOGETHER }, next);
    for (const input of inputs) await this.#run(input);
    if (!this.#coverage.hasNewBlocks() && ++this.#batches % ONE_BY_ONE !== 0) return;
    for (const input of inputs) {
      await this.#run(input);
      if (this.#coverage.takeNew()) this.#corpus.push(input);
    }
  }

  end(): void {
    this.#coverage.end();
  }

  async #run(input: Buffer): Promise<void> {
    if (this.found !== undefined) return;
    this.#executions++;
    const before = process.cpuUsage();
    try {
      await this.#target.run(input);
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1000;
      if (took > LONGEST_RUN) throw new Error(`it took ${Math.round(took)} ms of a processor`);
    } catch (error) {
      this.found = { input, error: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}
