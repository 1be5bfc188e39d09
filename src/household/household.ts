/** household: the eligible applications of each household together, and the places that it has left. */
import { deal } from '../columns/deal.ts';
import { writeDigits } from '../columns/identity.ts';
import { numbers, pickRows } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import { Pseudonyms } from '../proof/pseudonym.ts';
import { numberIn } from '../wave/numbers.ts';
import { countParts } from '../wave/parts.ts';
import { householdKeyOf } from '../wave/record.ts';
import type { PartBounds, Stage, StepContext, StepResult } from '../wave/stage.ts';
import {
  type BlockOf,
  type Handover,
  HOUSEHOLD,
  handOver,
  takeOver,
  UNCONTESTED,
} from '../wave/stage-blocks.ts';
import { PastCounts } from './past-counts.ts';

const KK_DIGITS = 16;

const ALL: PartBounds = { lower: null, upper: null };

export const household: Stage = {
  plan: async (sql, wave) => Array.from({ length: await countParts(sql, wave.id) }, () => ALL),
  work: householdPart,
};

async function householdPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const members = await takeOver(client, wave.id, 'member', part.part);
  const past = new PastCounts(await takeOver(client, wave.id, 'past_member', part.part));
  const pseudonyms = new Pseudonyms(await householdKeyOf(database.sql, wave), KK_DIGITS);
  const known = unknown(members);
  const counts = { households: 0, contested: 0, eligible: members.rows };
  for (const { rows, high, low } of householdsOf(members)) {
    const slots = Math.max(0, wave.policy.household_cap - past.of(high, low));
    // Where there is room for all, or for none, no order has to decide.
    const isContested = slots > 0 && slots < rows.length;
    const contest = isContested ? numberIn(part.part, counts.contested) : UNCONTESTED;
    writeDigits(high, low, pseudonyms.message, 0);
    write(known, rows, pseudonyms.halves(), slots, contest);
    counts.households++;
    if (isContested) counts.contested++;
  }
  const ranges = await countParts(database.sql, wave.id);
  const handed = byRange(known, members.of.range, ranges);
  return { counts, digest: await handOver(client, wave.id, 'household', part.part, handed) };
}

function unknown({ rows, of }: BlockOf<'member'>): BlockOf<'household'> {
  return {
    rows,
    of: {
      number: of.number,
      pseudonymHigh: numbers('u32', rows),
      pseudonymLow: numbers('u32', rows),
      slots: numbers('u32', rows),
      contest: numbers('u32', rows),
    },
  };
}

interface Group {
  /** The household's KK. */
  readonly high: number;
  readonly low: number;
  readonly rows: Uint32Array;
}

function* householdsOf({ rows, of }: BlockOf<'member'>): Iterable<Group> {
  const { kkHigh, kkLow } = of;
  const order = orderBy(rows, [kkHigh, kkLow]);
  let from = 0;
  for (let to = 1; to <= rows; to++) {
    const first = order[from] as number;
    const [high, low] = [kkHigh[first] as number, kkLow[first] as number];
    const next = order[to];
    if (next !== undefined && kkHigh[next] === high && kkLow[next] === low) continue;
    yield { high, low, rows: order.subarray(from, to) };
    from = to;
  }
}

function write(
  { of }: BlockOf<'household'>,
  rows: Uint32Array,
  [high, low]: readonly [number, number],
  slots: number,
  contest: number,
): void {
  for (const row of rows) {
    of.pseudonymHigh[row] = high;
    of.pseudonymLow[row] = low;
    of.slots[row] = slots;
    of.contest[row] = contest;
  }
}

function* byRange(
  known: BlockOf<'household'>,
  range: Uint16Array,
  ranges: number,
): Iterable<Handover<'household'>> {
  for (const [target, rows] of deal(known.rows, ranges, (row) => range[row] as number).entries()) {
    yield { target, columns: pickRows(HOUSEHOLD, known, rows) };
  }
}
