/** A registry that answers in files: whom it has to answer about for a wave, and who of them has no answer yet. */
import type pg from 'pg';
import { concatColumns, numbersOf, pickRows, rowsWhere } from '../columns/layout.ts';
import { distinctBy } from '../columns/order.ts';
import type { Queryable } from '../db/database.ts';
import { isNik } from '../identity/nik.ts';
import { answerFilesOf } from '../wave/answer-files.ts';
import { bucketsOf, bucketsOfNiks, cutBuckets, partsFor, readApplications } from '../wave/parts.ts';
import { ENTRY, type Entries } from '../wave/people.ts';
import { ALL_KNOWN, readRecipients } from '../wave/recipients.ts';
import { readWave, type Wave } from '../wave/record.ts';
import type { Part } from '../wave/stage.ts';
import { askedSet, readAsked } from './asked.ts';
import { seekPeople } from './people.ts';

/** Whom the registry has to answer about: those of a part of a wave, each NIK once, in the order of bucket and NIK. */
export interface Questions {
  readonly niks: Entries;
  /** Row by row, as the following: 1 where somebody applies with the NIK, 0 where it is a past recipient's alone. */
  readonly applies: Uint8Array;
  /** 1 where there is an answer that counts. */
  readonly answered: Uint8Array;
  /** 1 where a file was written for this wave that asks for it. */
  readonly asked: Uint8Array;
  /** Distinct NIKs of applications that are not among them: their digits are no NIK. */
  readonly notAsked: number;
}

/** What is read over: a connection that can COPY, and any other. */
export interface Reading {
  readonly client: pg.ClientBase;
  readonly sql: Queryable;
}

/** All questions of a wave that is open or being closed, as many at a time as memory has room for. */
export async function* questionsOf(reading: Reading, wave: Wave): AsyncGenerator<Questions> {
  const { client, sql } = reading;
  const known = await asClosedNow(sql, wave);
  const versions = await versionsThatCount(sql, wave);
  for (const part of cutBuckets(partsFor(await countPeople(client, wave.id)))) {
    const { applications } = await readApplications(client, wave.id, part);
    const { rows, ...of } = await readRecipients(client, known, part);
    const applying = pickRows(ENTRY, applications, rowsOfNiks(applications));
    const receiving = pickRows(ENTRY, { rows, of }, rowsOfNiks({ rows, of }));
    // Of equal ones the first stands: whoever applies does so, whatever was received before.
    const both = concatColumns(ENTRY, [applying, receiving]);
    const standing = distinctRows(both);
    const niks = pickRows(ENTRY, both, standing);
    const asked = await askedSet(client, bucketsOf(part), wave.id);
    const wasAsked = (row: number) =>
      asked.has(niks.of.nikHigh[row] as number, niks.of.nikLow[row] as number);
    yield {
      niks,
      applies: numbersOf('u8', niks.rows, (row) => ((standing[row] as number) < applying.rows ? 1 : 0)),
      answered: await markAnswered(client, part, versions, niks),
      asked: numbersOf('u8', niks.rows, (row) => (wasAsked(row) ? 1 : 0)),
      notAsked: distinctRows(applications).length - distinctRows(applying).length,
    };
  }
}

/** A wave that asked in files and is not matched yet. */
export interface WaveAsking {
  readonly wave: number;
  /** Distinct NIKs that its files asked for. */
  readonly asked: number;
  /** Of them, those without an answer that counts. */
  readonly unanswered: number;
}

/** The waves under way that have asked in files, in order. */
export async function wavesAsking(reading: Reading): Promise<readonly WaveAsking[]> {
  const found = await reading.sql<{ id: number }[]>`
    select id from wave where state in ('open', 'closing') and exists (select from question_file where wave_id = wave.id)
    order by id`;
  const asking: WaveAsking[] = [];
  for (const { id } of found) {
    if (!(await isMatched(reading.sql, id))) asking.push(await countAsked(reading, id));
  }
  return asking;
}

/** Whether answers that come in do not change the wave any more. */
export async function isMatched(sql: Queryable, waveId: number): Promise<boolean> {
  const rows = await sql`select 1 from stage where wave_id = ${waveId} and stage = 'match'`;
  return rows.length > 0;
}

async function countAsked({ client, sql }: Reading, waveId: number): Promise<WaveAsking> {
  const versions = await versionsThatCount(sql, await readWave(sql, waveId));
  const { rows: files } = await client.query<{ niks: number }>(
    'select sum(niks)::float8 as niks from question_file where wave_id = $1',
    [waveId],
  );
  let [asked, unanswered] = [0, 0];
  for (const part of cutBuckets(partsFor(files[0]?.niks ?? 0))) {
    const all = concatColumns(ENTRY, await readAsked(client, bucketsOf(part), waveId));
    const niks = pickRows(ENTRY, all, distinctRows(all));
    asked += niks.rows;
    for (const mark of await markAnswered(client, part, versions, niks)) unanswered += 1 - mark;
  }
  return { wave: waveId, asked, unanswered };
}

/** A wave that is open knows the recipients that there are now, as if it were closed. */
async function asClosedNow(sql: Queryable, wave: Wave): Promise<Wave> {
  if (wave.state !== 'open') return wave;
  const voids = await sql<{ id: number }[]>`select id from wave where state = 'void'`;
  return { ...wave, lastRecipient: ALL_KNOWN, voidWaves: voids.map(({ id }) => id) };
}

/** Of all files that there are: which of them a wave knows is fixed when it has been counted who has no answer. */
async function versionsThatCount(sql: Queryable, wave: Wave): Promise<readonly number[]> {
  return (await answerFilesOf(sql, wave)).map(({ version }) => version);
}

/** Applications and past recipients, as rows. */
async function countPeople(client: pg.ClientBase, waveId: number): Promise<number> {
  const { rows } = await client.query<{ people: number }>(
    `select (select coalesce(sum(rows), 0) from application_block where wave_id = $1)::float8
      + (select coalesce(sum(rows), 0) from recipient_block)::float8 as people`,
    [waveId],
  );
  return rows[0]?.people ?? 0;
}

async function markAnswered(
  client: pg.ClientBase,
  part: Part,
  versions: readonly number[],
  { rows, of }: Entries,
): Promise<Uint8Array> {
  const answered = new Uint8Array(rows);
  const found = (row: number) => {
    answered[row] = 1;
  };
  const sought = { ...of, buckets: bucketsOfNiks({ rows, of }), order: inOrder(rows), found };
  for (const version of versions) await seekPeople(client, version, part, [sought]);
  return answered;
}

/** One row for each NIK, the first, in the order of bucket and NIK. */
function distinctRows(entries: Entries): Uint32Array {
  const { nikHigh, nikLow } = entries.of;
  return distinctBy(entries.rows, [bucketsOfNiks(entries), nikHigh, nikLow]);
}

function rowsOfNiks({ rows, of }: Entries): Uint32Array {
  return rowsWhere(rows, (row) => isNik(of.nikHigh[row] as number, of.nikLow[row] as number));
}

function inOrder(rows: number): Uint32Array {
  return numbersOf('u32', rows, (row) => row);
}
