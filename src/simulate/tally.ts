/** Counts what became of the applications, before and after, and who went from what to what. */
import { OUTCOME, OUTCOMES } from '../proof/seats.ts';
import type { Side } from './side.ts';

const REGIONS = 100;

export interface TierCounts {
  candidates: number;
  accepted: number;
}

export class Tally {
  /** By place in `OUTCOMES`. */
  readonly outcomes = new Uint32Array(OUTCOMES.length);
  readonly tiers: TierCounts[] = [];
  /** Accepted, by province code. */
  readonly provinces = new Uint32Array(REGIONS);
  /** Codes joined by `|` → applications. */
  readonly #reasons = new Map<string, number>();

  take(side: Side): void {
    this.outcomes[side.outcome] = (this.outcomes[side.outcome] as number) + 1;
    if (side.tier < 0) {
      const { reasons } = side;
      this.#reasons.set(reasons, (this.#reasons.get(reasons) ?? 0) + 1);
      return;
    }
    if (side.rank < 0) return;
    const tier = this.#tier(side.tier);
    tier.candidates++;
    if (side.outcome !== OUTCOME.ACCEPTED) return;
    tier.accepted++;
    this.provinces[side.region] = (this.provinces[side.region] as number) + 1;
  }

  /** Code → applications that have it. */
  reasons(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const [codes, applications] of this.#reasons) {
      for (const code of codes.split('|')) counts.set(code, (counts.get(code) ?? 0) + applications);
    }
    counts.delete('');
    return counts;
  }

  #tier(tier: number): TierCounts {
    while (this.tiers.length <= tier) this.tiers.push({ candidates: 0, accepted: 0 });
    return this.tiers[tier] as TierCounts;
  }
}

/** From which outcome to which. */
export class Transitions {
  readonly #counts = new Uint32Array(OUTCOMES.length ** 2);

  take(before: number, after: number): void {
    const at = before * OUTCOMES.length + after;
    this.#counts[at] = (this.#counts[at] as number) + 1;
  }

  /** Those that there are, by the order of the outcomes. */
  list(): { from: string; to: string; applications: number }[] {
    return [...this.#counts]
      .map((applications, at) => ({
        from: OUTCOMES[Math.floor(at / OUTCOMES.length)] as string,
        to: OUTCOMES[at % OUTCOMES.length] as string,
        applications,
      }))
      .filter(({ applications }) => applications > 0);
  }
}
