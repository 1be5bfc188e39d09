/** household: the eligible applications of each household together, and the places that it has left. */
import { deal } from '../columns/deal.ts';
import { writeDigits } from '../columns/identity.ts';
import { numbers, pickRows, rowsWhere } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import { type Halves, pseudonymsOf } from '../proof/pseudonym.ts';
import { handOver, takeOver } from '../wave/handover.ts';
import { numberIn } from '../wave/numbers.ts';
import { countParts, partsByBucket } from '../wave/parts.ts';
import { householdKeyOf } from '../wave/record.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, type Handover, HOUSEHOLD, UNCONTESTED } from '../wave/stage-blocks.ts';
import { PastCounts } from './past-counts.ts';

const KK_DIGITS = 16;

export const household: Stage = {
  plan: (sql, wave) => partsByBucket(sql, wave.id),
  work: householdPart,
};

async function householdPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const members = await takeOver(client, wave.id, 'member', part.part);
  const past = new PastCounts(await takeOver(client, wave.id, 'past_member', part.part));
  const households = householdsOf(members);
  const pseudonyms = pseudonymsOfAll(await householdKeyOf(database.sql, wave), households);
  const known = unknown(members);
  const counts = { households: households.count, contested: 0, eligible: members.rows };
  for (let place = 0; place < households.count; place++) {
    const rows = households.membersOf(place);
    const slots = Math.max(0, wave.policy.household_cap - past.of(...households.kkOf(place)));
    // Where there is room for all, or for none, no order has to decide.
    const isContested = slots > 0 && slots < rows.length;
    const contest = isContested ? numberIn(part.part, counts.contested) : UNCONTESTED;
    const pseudonymHigh = pseudonyms.high[place] as number;
    const pseudonymLow = pseudonyms.low[place] as number;
    write(known, rows, { pseudonymHigh, pseudonymLow, slots, contest });
    if (isContested) counts.contested++;
  }
  const ranges = await countParts(database.sql, wave.id);
  const handed = byRange(known, members.of.range, ranges);
  return { counts, digest: await handOver(client, wave.id, 'household', part, handed) };
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

/** Households have places from 0 on, in the order of their KK. */
interface Households {
  readonly count: number;
  kkOf(place: number): readonly [high: number, low: number];
  membersOf(place: number): Uint32Array;
}

function householdsOf({ rows, of: { kkHigh, kkLow } }: BlockOf<'member'>): Households {
  const order = orderBy(rows, [kkHigh, kkLow]);
  const starts = rowsWhere(rows, (at) => {
    const [row, last] = [order[at] as number, order[at - 1] as number];
    return at === 0 || kkHigh[row] !== kkHigh[last] || kkLow[row] !== kkLow[last];
  });
  return {
    count: starts.length,
    kkOf: (place) => {
      const row = order[starts[place] as number] as number;
      return [kkHigh[row] as number, kkLow[row] as number];
    },
    membersOf: (place) => order.subarray(starts[place], starts[place + 1]),
  };
}

function pseudonymsOfAll(key: Uint8Array, households: Households): Halves {
  return pseudonymsOf(key, KK_DIGITS, households.count, (place, to, at) =>
    writeDigits(...households.kkOf(place), to, at),
  );
}

/** What is known of a household, and the same of each of its members. */
type Known = Readonly<Record<Exclude<keyof typeof HOUSEHOLD, 'number'>, number>>;

function write({ of }: BlockOf<'household'>, rows: Uint32Array, known: Known): void {
  for (const row of rows) {
    of.pseudonymHigh[row] = known.pseudonymHigh;
    of.pseudonymLow[row] = known.pseudonymLow;
    of.slots[row] = known.slots;
    of.contest[row] = known.contest;
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
