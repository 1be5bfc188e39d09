/** How an application stood in the draw: its line of the pool, its rank, and how far the seats went. */
import type { Queryable } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { type PoolLine, parsePoolLine } from '../proof/pool-line.ts';
import { OUTCOME, seatsByRegion } from '../proof/seats.ts';
import type { Cutoff } from '../wave/cutoff.ts';
import { notWhole, SEALED_DECISIONS } from '../wave/decisions.ts';
import { readPoolPart } from '../wave/pool-parts.ts';
import type { Wave } from '../wave/record.ts';
import type { Drawn } from './explanation.ts';
import { lineOf, type Recorded } from './recorded.ts';

/** @param elsewhere The same account in other waves. */
export async function readDrawn(
  sql: Queryable,
  wave: Wave,
  registrationNo: string,
  recorded: Recorded,
  elsewhere: readonly Recorded[],
): Promise<Drawn | null> {
  if (recorded.outcome === 'INELIGIBLE' || recorded.outcome === 'UNVERIFIED') return null;
  const line = await readPoolLine(sql, wave, registrationNo, recorded.part);
  const cutoffs = await sql<Omit<Cutoff, 'tier'>[]>`
    select region, candidates, accepted, chance from cutoff where wave_id = ${wave.id} and tier = ${line.tier}`;
  const unsuccessful = elsewhere
    .filter(({ outcome, wave: other }) => outcome === 'NOT_DRAWN' && wave.earlierWaves.includes(other))
    .map((other) => other.wave);
  const reserved = await reservePlace(sql, wave, recorded);
  return drawnFrom({ wave, line, cutoffs, rank: recorded.rank, reservePlace: reserved, unsuccessful });
}

export interface DrawRecord {
  readonly wave: Pick<Wave, 'policy' | 'quota' | 'funnel'>;
  readonly line: PoolLine;
  /** Of the tier. */
  readonly cutoffs: readonly Omit<Cutoff, 'tier'>[];
  readonly rank: number | null;
  readonly reservePlace: number | null;
  readonly unsuccessful: readonly number[];
}

export function drawnFrom({
  wave,
  line,
  cutoffs,
  rank,
  reservePlace: reserved,
  unsuccessful,
}: DrawRecord): Drawn {
  const { policy, quota } = wave;
  const own = seatsByRegion(policy.regions, quota);
  // Provinces without seats of their own share one line.
  const hasOwn = (region: string) => own.has(region);
  const alike = cutoffs.filter(({ region }) => {
    const code = String(region).padStart(2, '0');
    return hasOwn(line.region) ? code === line.region : !hasOwn(code);
  });
  const candidates = alike.reduce((sum, cutoff) => sum + cutoff.candidates, 0);
  const accepted = alike.reduce((sum, cutoff) => sum + cutoff.accepted, 0);
  const chance = cutoffs.find(({ region }) => region === Number(line.region))?.chance ?? null;
  return {
    tier: line.tier,
    tiers: policy.priority.length + 1,
    priority: policy.priority[line.tier] ?? null,
    tickets: line.tickets,
    unsuccessful_waves: policy.tickets.per_unsuccessful_wave === 0 ? [] : unsuccessful,
    slots: line.slots,
    region: line.region,
    rank,
    reserve_place: reserved,
    candidates: stepOf(wave, 'CANDIDATES'),
    seats: quota,
    reserve: policy.reserve,
    region_seats: own.get(line.region) ?? 0,
    alike: { candidates, accepted },
    chance_of_one_ticket: chance,
    // That not all of its tickets are above what was enough: 1 - (1 - c)^k, also where c is tiny.
    chance: chance === null ? null : -Math.expm1(line.tickets * Math.log1p(-chance)),
  };
}

function stepOf({ funnel }: Pick<Wave, 'funnel'>, step: string): number {
  return new Map(funnel ?? []).get(step) ?? 0;
}

/** The pool is cut into the same ranges as the results. */
async function readPoolLine(
  sql: Queryable,
  wave: Wave,
  registrationNo: string,
  part: number,
): Promise<PoolLine> {
  const lines = await readPoolPart(sql, wave.id, part);
  const fields = lineOf(lines, registrationNo);
  const line = fields === undefined ? undefined : parsePoolLine(fields.join(','));
  if (line !== undefined) return line;
  throw new GelombangError('UNEXPECTED', `wave ${wave.id} has a draw without a line of its pool`);
}

/**
 * The reserve follows on each other among the candidates that are not accepted. Where provinces have seats of their own,
 * some of the accepted come after it, so that the reserve has to be counted.
 */
async function reservePlace(sql: Queryable, wave: Wave, { outcome, rank }: Recorded): Promise<number | null> {
  if (outcome !== 'RESERVE' || rank === null) return null;
  if (seatsByRegion(wave.policy.regions, wave.quota).size === 0) return rank - stepOf(wave, 'ACCEPTED');
  let [place, decided] = [0, 0];
  const blocks = sql<{ bucket: number; source: number; columns: Buffer }[]>`
    select bucket, source, columns from decision_block where wave_id = ${wave.id}`;
  for await (const some of blocks.cursor(BLOCKS_AT_ONCE)) {
    for (const { columns, ...at } of some) {
      const { rows, of } = await SEALED_DECISIONS.open(sql.keys, { waveId: wave.id, ...at }, columns);
      decided += rows;
      for (let row = 0; row < rows; row++) {
        if (of.outcome[row] === OUTCOME.RESERVE && (of.rank[row] as number) <= rank) place++;
      }
    }
  }
  if (decided !== stepOf(wave, 'applications')) throw notWhole(wave.id);
  return place;
}

const BLOCKS_AT_ONCE = 64;
