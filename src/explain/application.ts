/** One application as it came in, and what was found out about it: the people of its bucket are read, no others. */
import type pg from 'pg';
import { type CalendarDate, dateOfDay } from '../columns/calendar.ts';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import { compareWords, wordsOf } from '../columns/words.ts';
import { keysOf } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { NIK_WARNINGS, type NikWarning, type Sex } from '../identity/nik.ts';
import { type Question, questionOf } from '../registry/question.ts';
import { type BlockPlace, openLines } from '../wave/application-blocks.ts';
import { readDecisions } from '../wave/decisions.ts';
import { type LineValues, linesIn, valuesOfLine } from '../wave/lines.ts';
import { readApplications } from '../wave/parts.ts';
import { FLAGS } from '../wave/people.ts';
import type { Wave } from '../wave/record.ts';
import type { Part } from '../wave/stage.ts';

const WARNINGS = Object.keys(NIK_WARNINGS) as readonly NikWarning[];

export interface Application {
  readonly gave: LineValues;
  /** The file that it came in. */
  readonly file: string;
  /** Days from 2000-01-01 on. */
  readonly birthDay: number;
  readonly born: CalendarDate;
  readonly sex: Sex;
  /** What the registry is asked about it, where it is asked. */
  readonly question: Question;
  /** Percent; of no meaning where the registry does not have the NIK, or has not answered. */
  readonly nameSimilarity: number;
  readonly nikWarnings: readonly NikWarning[];
}

/** The part of a wave that is the bucket of a NIK. */
function partOfNik(nik: string): Part {
  const bucket = bucketOf(...halvesOf(nik));
  return { part: 0, lower: String(bucket), upper: String(bucket + 1) };
}

/** @throws GelombangError UNEXPECTED where there is none, although there is a result. */
export async function readApplication(
  client: pg.ClientBase,
  wave: Wave,
  nik: string,
  registrationNo: string,
): Promise<Application> {
  const part = partOfNik(nik);
  const { applications } = await readApplications(client, wave.id, part);
  const { of } = await readDecisions(client, wave.id, part);
  const number = wordsOf([registrationNo]);
  let row = 0;
  while (row < applications.rows && compareWords(applications.of.registrationNo, row, number, 0) !== 0) row++;
  if (row === applications.rows) throw lost(wave);
  const bits = of.nikWarnings[row] as number;
  const birthDay = applications.of.birthDay[row] as number;
  const isFemale = ((applications.of.flags[row] as number) & FLAGS.female) !== 0;
  return {
    ...(await readLine(client, wave, part, row)),
    ...{ birthDay, born: dateOfDay(birthDay), sex: isFemale ? 'P' : 'L' },
    question: questionOf(applications, row, wave.policy.match.name),
    nameSimilarity: of.nameSimilarity[row] as number,
    nikWarnings: WARNINGS.filter((_, at) => (bits & (1 << at)) !== 0),
  };
}

/** The line of the application that has this place among those of the bucket. */
async function readLine(
  client: pg.ClientBase,
  wave: Wave,
  part: Part,
  place: number,
): Promise<Pick<Application, 'gave' | 'file'>> {
  const { rows } = await client.query<
    BlockPlace & { readonly lines: Buffer; readonly before: number; readonly file: string }
  >(
    `select block.wave_id as "waveId", bucket, import_id as "importId", position, block.rows, block.lines, counted.before, file.file_name as file
    from (
        select wave_id, bucket, import_id, position,
          (sum(rows) over (order by import_id, position) - rows)::int as before
        from application_block where wave_id = $1 and bucket = $2
      ) as counted
      join application_block as block using (wave_id, bucket, import_id, position)
      join import_file as file on file.id = import_id
    where $3 >= counted.before and $3 < counted.before + block.rows`,
    [wave.id, part.lower, place],
  );
  const [found] = rows;
  if (found === undefined) throw lost(wave);
  const line = [...linesIn(await openLines(keysOf(client), found, found.lines))][place - found.before];
  if (line === undefined) throw lost(wave);
  return { gave: valuesOfLine(line), file: found.file };
}

function lost(wave: Wave): GelombangError {
  return new GelombangError('UNEXPECTED', `wave ${wave.id} has a result without its application`);
}
