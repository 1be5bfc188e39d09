/** Rejected rows of which no registration number is kept, or a masked one: nobody finds them by it. */
import type { Queryable } from '../db/database.ts';
import { shellWord } from '../shell.ts';

interface OfFile {
  readonly name: string;
  readonly path: string;
  readonly rows: number;
}

/** Files that are named: of a wave of many, the others are as they are. */
const MOST_FILES = 3;

/** How such rows of a wave are looked for, in lines; a command ends its own. None where there is no such row. */
export async function whereUnnumbered(sql: Queryable, waveId: number): Promise<readonly string[]> {
  const files = await sql<OfFile[]>`
    select file.file_name as name, file.path, count(distinct reject.line)::float8 as rows
    from import_file as file join reject on reject.import_id = file.id
    where file.wave_id = ${waveId} and (reject.registration_no = '' or reject.registration_no like '%*%')
    group by file.id order by file.id`;
  if (files.length === 0) return [];
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const more = files.length - MOST_FILES;
  return [
    `${rows === 1 ? '1 rejected row' : `${rows} rejected rows`} of wave ${waveId} cannot be found by registration number, ` +
      'since there is none that may be shown. By their lines they are in the file that this writes:',
    ...files.slice(0, MOST_FILES).map((file) => rejectsCommand(waveId, file)),
    ...(more > 0 ? [`The same with ${more} more ${more === 1 ? 'file' : 'files'} of the wave.`] : []),
  ];
}

/** The file is in already: nothing comes in a second time, also where the wave is closed. */
function rejectsCommand(waveId: number, { name, path, rows }: OfFile): string {
  return `${name}, ${rows === 1 ? '1 row' : `${rows} rows`}: gelombang import applicants ${shellWord(path)} --wave ${waveId} --rejects FILE`;
}
