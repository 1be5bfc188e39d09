/** How far the seats went in each tier and province: what one ticket was worth there. */
import type pg from 'pg';
import { OUTCOME } from '../proof/seats.ts';

const REGIONS = 256;
const TWO_TO_32 = 2 ** 32;

interface Cutoff {
  candidates: number;
  accepted: number;
  /** The first 32 bits of the draw of the last accepted. */
  last: number;
}

export class Cutoffs {
  /** Tier → the rank of its first candidate, from 0: candidates come tier by tier. */
  readonly #starts: number[] = [];
  readonly #draws: Uint32Array;

  /** @param most Candidates at the most: four bytes each are held. */
  constructor(most: number) {
    this.#draws = new Uint32Array(most);
  }

  /** The next candidate in draw order. @param rank From 0. */
  take(tier: number, draw: number, rank: number): void {
    this.#starts[tier] ??= rank;
    this.#draws[rank] = draw;
  }

  /** @param regions Province of each candidate, @param outcomes what became of it; in the order of their ranks. */
  async write(
    client: pg.ClientBase,
    waveId: number,
    regions: Uint8Array,
    outcomes: Uint8Array,
  ): Promise<void> {
    const tiers = Object.keys(this.#starts).map(Number);
    for (const [at, tier] of tiers.entries()) {
      const next = this.#starts[tiers[at + 1] ?? -1] ?? regions.length;
      const found = this.#count(this.#starts[tier] as number, next, regions, outcomes);
      for (const [region, { candidates, accepted, last }] of found) {
        const chance = accepted === 0 ? 0 : accepted === candidates ? 1 : (last + 1) / TWO_TO_32;
        await client.query(
          `insert into cutoff (wave_id, tier, region, candidates, accepted, chance) values ($1, $2, $3, $4, $5, $6)`,
          [waveId, tier, region, candidates, accepted, chance],
        );
      }
    }
  }

  #count(from: number, to: number, regions: Uint8Array, outcomes: Uint8Array): ReadonlyMap<number, Cutoff> {
    const cutoffs = Array.from({ length: REGIONS }, (): Cutoff => ({ candidates: 0, accepted: 0, last: 0 }));
    for (let rank = from; rank < to; rank++) {
      const cutoff = cutoffs[regions[rank] as number] as Cutoff;
      cutoff.candidates++;
      if (outcomes[rank] !== OUTCOME.ACCEPTED) continue;
      cutoff.accepted++;
      cutoff.last = this.#draws[rank] as number;
    }
    return new Map([...cutoffs.entries()].filter(([, { candidates }]) => candidates > 0));
  }
}
