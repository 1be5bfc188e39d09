/** What became of an account in waves: found by its registration number, without a look at anyone else's. */
import type { Queryable } from '../db/database.ts';
import type { Outcome } from '../proof/seats.ts';
import { LINE_FEED } from '../wave/lines.ts';

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
  const blocks = await sql<{ wave: number; part: number; lines: Buffer }[]>`
    select asked.wave, block.part, block.lines
    from unnest(${[...waves]}::int[]) as asked (wave)
      cross join lateral (
        select part, lines from result_block
        where wave_id = asked.wave and first_registration_no <= ${registrationNo}
        order by first_registration_no desc limit 1) as block
    order by asked.wave`;
  return blocks.flatMap(({ wave, part, lines }) => {
    const line = lineOf(lines, registrationNo);
    if (line === undefined) return [];
    const [nik = '', outcome, reasons = '', , rank = ''] = line;
    return {
      ...{ wave, part, nik, outcome: outcome as Outcome },
      reasons: reasons === '' ? [] : reasons.split('|'),
      rank: rank === '' ? null : Number(rank),
    };
  });
}

/** The fields of a line that begins with the number and a comma, without the number; undefined where there is none. */
export function lineOf(lines: Buffer, registrationNo: string): readonly string[] | undefined {
  const mark = Buffer.from(`${registrationNo},`);
  let at = lines.indexOf(mark);
  // The number may be the end of another.
  while (at > 0 && lines[at - 1] !== LINE_FEED) at = lines.indexOf(mark, at + 1);
  if (at < 0) return undefined;
  return lines.toString('utf8', at + mark.length, lines.indexOf(LINE_FEED, at)).split(',');
}
