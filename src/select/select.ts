/** select: the pool in draw order, one application after the other: household cap, rank, seats. */
import type pg from 'pg';
import { numbers, numbersOf } from '../columns/layout.ts';
import { allotSeats, OUTCOME, seatsByRegion } from '../proof/seats.ts';
import type { Cutoff } from '../wave/cutoff.ts';
import { countHandedOver, handOver } from '../wave/handover.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import type { Handover } from '../wave/stage-blocks.ts';
import { cutoffsOf, type Ranked } from './cutoffs.ts';
import { HouseholdCap } from './household-cap.ts';
import { inDrawOrder, Run } from './runs.ts';

/** One step: a rank is how many came before, and ten bytes a member of the pool are all that is held. */
export const select: Stage = { plan: async () => WHOLE, work: selectCandidates };

async function selectCandidates({ client, wave, part }: StepContext): Promise<StepResult> {
  const { quota, policy } = wave;
  const seats = { quota, reserve: policy.reserve, regions: seatsByRegion(policy.regions, quota) };
  const ranks = new Ranks(await countHandedOver(client, wave.id, 'pool'));
  const ranked = await ranks.give(client, wave.id);
  const outcomes = allotSeats(ranked.regions, seats);
  await writeCutoffs(client, wave.id, cutoffsOf({ ...ranked, outcomes, own: seats.regions }));
  const digest = await handOver(client, wave.id, 'selected', part, ranks.selected(outcomes));
  return { counts: { candidates: outcomes.length }, digest };
}

/** The rank of each member of the pool, range by range in the order of its registration numbers; 0: no candidate. */
class Ranks {
  readonly #ranges = new Map<number, Uint32Array>();
  readonly #members: number;

  /** @param sizes Range → members of the pool. */
  constructor(sizes: ReadonlyMap<number, number>) {
    for (const [range, rows] of sizes) this.#ranges.set(range, numbers('u32', rows));
    this.#members = [...sizes.values()].reduce((sum, rows) => sum + rows, 0);
  }

  /** Goes through the pool in draw order; gives what decides about the candidates, in the order of their ranks. */
  async give(client: pg.ClientBase, waveId: number): Promise<Pick<Ranked, 'tiers' | 'draws' | 'regions'>> {
    const runs = [...this.#ranges].map(([range, rank]) => new Run(client, waveId, range, rank.length));
    const tiers: (readonly [tier: number, from: number])[] = [];
    const draws = new Uint32Array(this.#members);
    const regions = new Uint8Array(this.#members);
    const cap = new HouseholdCap();
    let candidates = 0;
    await inDrawOrder(runs, ({ of, row, range }) => {
      if (!cap.admits(of.contest[row] as number, of.slots[row] as number)) return;
      const tier = of.tier[row] as number;
      if (tiers.at(-1)?.[0] !== tier) tiers.push([tier, candidates]);
      draws[candidates] = of.draw.data[row * of.draw.width] as number;
      regions[candidates] = of.region[row] as number;
      (this.#ranges.get(range) as Uint32Array)[of.place[row] as number] = ++candidates;
    });
    return { tiers, draws, regions: regions.subarray(0, candidates) };
  }

  /** @param outcomes Of the candidates, in the order of their ranks. */
  *selected(outcomes: Uint8Array): Iterable<Handover<'selected'>> {
    for (const [target, rank] of this.#ranges) {
      const outcome = numbersOf('u8', rank.length, (row) => {
        const theirs = rank[row] as number;
        return theirs === 0 ? OUTCOME.HOUSEHOLD_CAP : (outcomes[theirs - 1] as number);
      });
      yield { target, columns: { rows: rank.length, of: { rank, outcome } } };
    }
  }
}

async function writeCutoffs(
  client: pg.ClientBase,
  waveId: number,
  cutoffs: readonly Cutoff[],
): Promise<void> {
  await client.query(
    `insert into cutoff (wave_id, tier, region, candidates, accepted, chance)
    select $1, tier, region, candidates, accepted, chance from jsonb_to_recordset($2)
      as given (tier int, region smallint, candidates int, accepted int, chance float8)`,
    [waveId, JSON.stringify(cutoffs)],
  );
}
