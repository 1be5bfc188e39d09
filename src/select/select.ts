/** select: the pool in draw order, one application after the other: household cap, rank, seats. */
import type pg from 'pg';
import { numbers } from '../columns/layout.ts';
import { allotSeats, OUTCOME, seatsByRegion } from '../proof/seats.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { type BlockOf, countHandedOver, handOver } from '../wave/stage-blocks.ts';
import { type Cutoff, cutoffsOf, type Ranked } from './cutoffs.ts';
import { HouseholdCap } from './household-cap.ts';
import { inDrawOrder, Run } from './runs.ts';

/** One step: a rank is how many came before, and thirteen bytes a member of the pool are all that is held. */
export const select: Stage = { plan: async () => WHOLE, work: selectCandidates };

async function selectCandidates({ client, wave, part }: StepContext): Promise<StepResult> {
  const sizes = await countHandedOver(client, wave.id, 'pool');
  const { quota, policy } = wave;
  const seats = { quota, reserve: policy.reserve, regions: seatsByRegion(policy.regions, quota) };
  const selected = new Selected(sizes);
  const ranked = await selected.rank(client, wave.id);
  const outcomes = allotSeats(ranked.regions, seats);
  selected.give(outcomes);
  await writeCutoffs(client, wave.id, cutoffsOf({ ...ranked, outcomes, own: seats.regions }));
  const handed = [...sizes.keys()].map((target) => ({ target, columns: selected.of(target) }));
  const digest = await handOver(client, wave.id, 'selected', part.part, handed);
  return { counts: { candidates: outcomes.length }, digest };
}

/** What becomes of the pool, range by range in the order of its registration numbers. */
class Selected {
  readonly #ranges: BlockOf<'selected'>[] = [];
  readonly #runs: readonly number[];
  readonly #members: number;

  /** @param sizes Range → members of the pool. */
  constructor(sizes: ReadonlyMap<number, number>) {
    for (const [range, rows] of sizes) this.#ranges[range] = unselected(rows);
    this.#runs = [...sizes.keys()];
    this.#members = [...sizes.values()].reduce((sum, rows) => sum + rows, 0);
  }

  of(range: number): BlockOf<'selected'> {
    return this.#ranges[range] as BlockOf<'selected'>;
  }

  /** Goes through the pool in draw order; gives what decides about the candidates, in the order of their ranks. */
  async rank(client: pg.ClientBase, waveId: number): Promise<Pick<Ranked, 'tiers' | 'draws' | 'regions'>> {
    const runs = this.#runs.map((range) => new Run(client, waveId, range));
    const tiers = new Uint16Array(this.#members);
    const draws = new Uint32Array(this.#members);
    const regions = new Uint8Array(this.#members);
    const cap = new HouseholdCap();
    let candidates = 0;
    await inDrawOrder(runs, ({ of, row, range }) => {
      if (!cap.admits(of.contest[row] as number, of.slots[row] as number)) return;
      tiers[candidates] = of.tier[row] as number;
      draws[candidates] = of.draw.data[row * of.draw.width] as number;
      regions[candidates] = of.region[row] as number;
      this.of(range).of.rank[of.place[row] as number] = ++candidates;
    });
    return { tiers, draws, regions: regions.subarray(0, candidates) };
  }

  /** @param outcomes Of the candidates, in the order of their ranks. */
  give(outcomes: Uint8Array): void {
    for (const range of this.#runs) {
      const { rank, outcome } = this.of(range).of;
      for (let place = 0; place < rank.length; place++) {
        const theirs = rank[place] as number;
        outcome[place] = theirs === 0 ? OUTCOME.HOUSEHOLD_CAP : (outcomes[theirs - 1] as number);
      }
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

function unselected(rows: number): BlockOf<'selected'> {
  return { rows, of: { rank: numbers('u32', rows), outcome: numbers('u8', rows) } };
}
