/** What became of an account in waves: found by its registration number, without a look at anyone else's. */
import type { Queryable } from '../db/database.ts';
import type { Outcome } from '../proof/seats.ts';
import { LINE_FEED } from '../wave/lines.ts';
import { type KeptResults, notWhole, openResults } from '../wave/result-blocks.ts';
import { writeHidden } from '../wave/result-line.ts';

export interface Recorded {
  readonly wave: number;
  /** The range of registration numbers that it is in. */
  readonly part: number;
  readonly nik: string;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  /** Null where there is none. */
  readonly rank: number | null;
}

/**
 * Of each of the waves in which the account was: they are to be published, or to have been.
 * @throws Tampered where the block that it would be in is missing or changed; as `Keys.opened` does.
 */
export async function findRecorded(
  sql: Queryable,
  waves: readonly number[],
  registrationNo: string,
): Promise<readonly Recorded[]> {
  const recorded: Recorded[] = [];
  for (const wave of [...waves].sort((one, other) => one - other)) {
    const { part, lines, digits } = await findBlock(sql, wave, registrationNo);
    const at = placeOfLine(lines, registrationNo);
    if (at === undefined) continue;
    showNik(lines, digits, at + registrationNo.length + 1);
    const [, nik = '', outcome, reasons = '', , rank = ''] = fieldsAt(lines, at);
    recorded.push({
      ...{ wave, part, nik, outcome: outcome as Outcome },
      reasons: reasons === '' ? [] : reasons.split('|'),
      rank: rank === '' ? null : Number(rank),
    });
  }
  return recorded;
}

/** The block with the registration numbers from before this one to behind it: of every wave there is one. */
async function findBlock(sql: Queryable, waveId: number, registrationNo: string) {
  const [kept] = await sql<KeptResults[]>`
    select wave_id as "waveId", part, position, lower, upper, rows, lines, regions, hidden from result_block
    where wave_id = ${waveId} and (lower is null or lower <= ${registrationNo})
    order by lower desc nulls last limit 1`;
  if (kept === undefined) throw notWhole(waveId, null);
  const block = await openResults(sql.keys, kept);
  if (block.upper !== null && block.upper <= registrationNo) throw notWhole(waveId, block.upper);
  return { ...block, part: kept.part };
}

/** Makes the NIK whole that stands at a place of the lines. */
function showNik(lines: Buffer, digits: Uint32Array, at: number): void {
  let row = 0;
  for (let end = lines.indexOf(LINE_FEED); end < at; end = lines.indexOf(LINE_FEED, end + 1)) row++;
  writeHidden(digits[row] as number, lines, at);
}

/** The fields of the line that begins with the number and a comma; undefined where there is none. */
export function lineOf(lines: Buffer, registrationNo: string): readonly string[] | undefined {
  const at = placeOfLine(lines, registrationNo);
  return at === undefined ? undefined : fieldsAt(lines, at);
}

function placeOfLine(lines: Buffer, registrationNo: string): number | undefined {
  const mark = Buffer.from(`${registrationNo},`);
  let at = lines.indexOf(mark);
  // The number may be the end of another.
  while (at > 0 && lines[at - 1] !== LINE_FEED) at = lines.indexOf(mark, at + 1);
  return at < 0 ? undefined : at;
}

function fieldsAt(lines: Buffer, at: number): readonly string[] {
  return lines.toString('utf8', at, lines.indexOf(LINE_FEED, at)).split(',');
}
