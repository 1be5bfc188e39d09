/**
 * Which of the applications that share a registration number stands: one a number, the first of the wave. Those about
 * which there is a doubt are in the table `incoming`; all of it is done under the wave's settle lock.
 */
import type pg from 'pg';
import { rowsWhere } from '../columns/layout.ts';
import { textOfWords } from '../columns/words.ts';
import type { ImportPlace } from './blocks-in.ts';
import { FaultsIn } from './faults-in.ts';
import { type Helping, headsOf, helpingsOf, INCOMING } from './heads.ts';
import { LineSet } from './line-set.ts';
import { NOT_THERE, NumberTable } from './numbers.ts';
import { REJECT_MEANINGS } from './reject.ts';
import { finishedImports } from './repeats.ts';
import { registrationNoShown } from './shown.ts';
import { readBlocks, writeRows } from './whole-blocks.ts';
import { withdraw } from './withdraw.ts';

/** Blocks that are moved at a time. */
const BLOCKS = 64;

/** The table in which applications wait for the end of the file. */
export async function createIncoming(client: pg.ClientBase): Promise<void> {
  await client.query(`create temporary table ${INCOMING} (like application_block) on commit drop`);
}

/**
 * Of the applications in `incoming` those enter whose number nobody has; the others are rejected.
 * @param known The imports whose numbers were seen before the first row was sent.
 */
export async function settleApplications(
  client: pg.ClientBase,
  place: ImportPlace,
  known: readonly number[],
): Promise<void> {
  const finished = await finishedImports(client, place.waveId);
  const meanwhile = finished.filter((id) => !known.includes(id));
  if (meanwhile.length > 0) await withdraw(client, place, meanwhile);
  const helpings = await helpingsOf(client, INCOMING, scopeOf(place));
  if (helpings.length === 0) return;
  const files = await fileNames(client, place.waveId);
  const faults = new FaultsIn(client, place.importId);
  const repeated: Repeated = { files, faults, lines: new LineSet() };
  for (const helping of helpings) {
    const standing = await standingOf(client, place, helping, finished);
    await rejectRepeated(client, place, helping, standing, repeated);
    await faults.send();
  }
  await faults.end();
  await moveIn(client, place, repeated.lines);
}

/** Where it is kept what is rejected, and what it is told with. */
interface Repeated {
  /** The files of the wave by import. */
  readonly files: ReadonlyMap<number, string>;
  readonly faults: FaultsIn;
  readonly lines: LineSet;
}

function scopeOf({ waveId, importId }: ImportPlace) {
  return { waveId, imports: [importId] };
}

/** Numbers, and under each the import and the line of the application that stands. */
interface Standing {
  readonly numbers: NumberTable;
  readonly imports: Uint32Array;
  readonly lines: Uint32Array;
}

/** Who is in the wave stands; else the first of all who wait. */
async function standingOf(
  client: pg.ClientBase,
  place: ImportPlace,
  helping: Helping,
  finished: readonly number[],
): Promise<Standing> {
  const { waveId, importId } = place;
  const numbers = new NumberTable(helping.rows);
  for await (const head of headsOf(client, { ...scopeOf(place), ...helping }, INCOMING)) {
    for (let row = 0; row < head.rows; row++) numbers.add(head.numbers, row);
  }
  const imports = new Uint32Array(numbers.entries);
  const lines = new Uint32Array(numbers.entries);
  for await (const head of headsOf(client, scopeOf(place), INCOMING)) {
    for (let row = 0; row < head.rows; row++) {
      const entry = numbers.find(head.numbers, row);
      const line = head.lines[row] as number;
      if (entry === NOT_THERE || (imports[entry] !== 0 && line > (lines[entry] as number))) continue;
      imports[entry] = importId;
      lines[entry] = line;
    }
  }
  for await (const head of headsOf(client, { waveId, imports: [...finished, importId] })) {
    for (let row = 0; row < head.rows; row++) {
      const entry = numbers.find(head.numbers, row);
      if (entry === NOT_THERE) continue;
      imports[entry] = head.importId;
      lines[entry] = head.lines[row] as number;
    }
  }
  return { numbers, imports, lines };
}

async function rejectRepeated(
  client: pg.ClientBase,
  place: ImportPlace,
  helping: Helping,
  { numbers, imports, lines }: Standing,
  { files, faults, lines: rejected }: Repeated,
): Promise<void> {
  for await (const head of headsOf(client, { ...scopeOf(place), ...helping }, INCOMING)) {
    for (let row = 0; row < head.rows; row++) {
      const entry = numbers.find(head.numbers, row);
      const line = head.lines[row] as number;
      const [standsIn, first] = [imports[entry] as number, lines[entry] as number];
      if (standsIn === place.importId && first === line) continue;
      rejected.add(line);
      const file = standsIn === place.importId ? '' : ` of ${files.get(standsIn)}`;
      const code = 'REGISTRATION_NO_REPEATED';
      const message = `${REJECT_MEANINGS[code]}, line ${first}${file}`;
      const registrationNo = registrationNoShown(textOfWords(head.numbers, row));
      faults.add([{ line, registrationNo, column: 'registration_no', code, message }]);
    }
  }
}

async function fileNames(client: pg.ClientBase, waveId: number): Promise<ReadonlyMap<number, string>> {
  const { rows } = await client.query<{ id: number; name: string }>(
    'select id, file_name as name from import_file where wave_id = $1',
    [waveId],
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

async function moveIn(client: pg.ClientBase, place: ImportPlace, rejected: LineSet): Promise<void> {
  await client.query(`create index on ${INCOMING} (bucket, position)`);
  const where = `(bucket, position) > ($1, $2) order by bucket, position limit ${BLOCKS}`;
  let last = [-1, 0];
  let moved = BLOCKS;
  while (moved === BLOCKS) {
    const blocks = await readBlocks(client, INCOMING, where, last);
    for (const block of blocks) {
      const { rows, of } = block.applications;
      const kept = rowsWhere(rows, (row) => !rejected.has(of.line[row] as number));
      await writeRows(client, 'application_block', place, block, kept);
      last = [block.bucket, block.position];
    }
    moved = blocks.length;
  }
}
