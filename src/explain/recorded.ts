/** What became of an account in waves: found by its registration number, without a look at anyone else's. */
import type { Queryable } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import type { Outcome } from '../proof/seats.ts';
import { LINE_FEED } from '../wave/lines.ts';
import { openHidden, writeHidden } from '../wave/result-line.ts';

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

/** Of each of the waves in which the account was: they are to be published, or to have been. */
export async function findRecorded(
  sql: Queryable,
  waves: readonly number[],
  registrationNo: string,
): Promise<readonly Recorded[]> {
  const blocks = await sql<ResultBlock[]>`
    select asked.wave, block.part, block.position, block.lines, block.hidden
    from unnest(${[...waves]}::int[]) as asked (wave)
      cross join lateral (
        select part, position, lines, hidden from result_block
        where wave_id = asked.wave and first_registration_no <= ${registrationNo}
        order by first_registration_no desc limit 1) as block
    order by asked.wave`;
  const recorded: Recorded[] = [];
  for (const block of blocks) {
    const { wave, part, lines } = block;
    const at = placeOfLine(lines, registrationNo);
    if (at === undefined) continue;
    await showNik(sql.keys, block, at + registrationNo.length + 1);
    const [, nik = '', outcome, reasons = '', , rank = ''] = fieldsAt(lines, at);
    recorded.push({
      ...{ wave, part, nik, outcome: outcome as Outcome },
      reasons: reasons === '' ? [] : reasons.split('|'),
      rank: rank === '' ? null : Number(rank),
    });
  }
  return recorded;
}

interface ResultBlock {
  readonly wave: number;
  readonly part: number;
  readonly position: number;
  readonly lines: Buffer;
  readonly hidden: Buffer;
}

/** Makes the NIK whole that stands at a place of the lines. */
async function showNik(
  keys: Keys,
  { wave: waveId, part, position, lines, hidden }: ResultBlock,
  at: number,
): Promise<void> {
  const digits = await openHidden(keys, { waveId, part, position }, hidden);
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
