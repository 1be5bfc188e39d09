import type { Findings } from './findings.ts';

/** How many different sets of reasons are kept with their counts: a wave has some thousand at the most. */
const MOST_SETS = 1 << 14;

/** Counts the reasons of applications: each is a code of the policy, and they stand in its order. */
export class Reasons {
  readonly #codes: ReadonlyMap<string, number>;
  readonly #findings: Findings;
  /** Reasons without a fault, as they are written, and how often: most applications share theirs with many others. */
  readonly #sets = new Map<string, number>();
  readonly #counts: Map<string, number>;

  constructor(codes: readonly string[], findings: Findings) {
    this.#codes = new Map(codes.map((code, place) => [code, place]));
    this.#counts = new Map(codes.map((code) => [code, 0]));
    this.#findings = findings;
  }

  /** @param reasons Joined by `|`; empty without any. */
  count(reasons: string, where: string): void {
    if (reasons === '') return;
    const known = this.#sets.get(reasons);
    if (known !== undefined) this.#sets.set(reasons, known + 1);
    else if (this.#isRight(reasons, where) && this.#sets.size < MOST_SETS) this.#sets.set(reasons, 1);
    else this.#add(reasons, 1);
  }

  /** Code → how many have it. */
  counts(): ReadonlyMap<string, number> {
    for (const [reasons, count] of this.#sets) this.#add(reasons, count);
    this.#sets.clear();
    return this.#counts;
  }

  #isRight(reasons: string, where: string): boolean {
    const before = this.#findings.faultCount;
    let last = -1;
    for (const code of reasons.split('|')) {
      const place = this.#codes.get(code);
      if (place === undefined) this.#findings.fault(where, `reason ${code} is none of the policy`);
      else if (place <= last)
        this.#findings.fault(where, `reason ${code} stands too late, expected the order of the policy`);
      last = Math.max(last, place ?? -1);
    }
    return this.#findings.faultCount === before;
  }

  #add(reasons: string, count: number): void {
    for (const code of reasons.split('|')) {
      const counted = this.#counts.get(code);
      if (counted !== undefined) this.#counts.set(code, counted + count);
    }
  }
}
