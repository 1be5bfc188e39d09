/** Writes whom the registry has to answer about for a wave: a file of NIKs, whole or not at all. */
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { writeDigits } from '../columns/identity.ts';
import { concatColumns, pickRows, rowsWhere } from '../columns/layout.ts';
import { orderBy } from '../columns/order.ts';
import type { Database, Sql } from '../db/database.ts';
import { inTransaction } from '../db/session.ts';
import { type ErrorCode, GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import { prepareFile, type SingleFile } from '../files/single-file.ts';
import type { WrittenFile } from '../files/unfinished.ts';
import type { Log } from '../log.ts';
import { type MatchSource, matchSourceOf } from '../policy/policy.ts';
import { recordQuestions } from '../registry/asked.ts';
import { isMatched, questionsOf, type Reading } from '../registry/exchange.ts';
import { ENTRY, type Entries } from '../wave/people.ts';
import { readWave, type Wave } from '../wave/record.ts';

export interface QuestionOptions {
  readonly waveId: number;
  readonly path: string;
  readonly operator: string;
  readonly signal: AbortSignal;
}

export interface QuestionSummary {
  readonly wave: number;
  /** Null, and what belongs to it, where there is nothing to ask: no file is written then. */
  readonly file: string | null;
  readonly bytes: number | null;
  readonly sha256: string | null;
  /** Distinct NIKs in the file: of applications, and of past recipients alone, who may live with an applicant now. */
  readonly niks: number;
  readonly of_applications: number;
  readonly of_recipients: number;
  /** Distinct NIKs of both that have an answer which counts. */
  readonly answered: number;
  /** Distinct NIKs of applications that are not asked for, since their digits are no NIK. */
  readonly not_asked: number;
}

type Collected = Pick<QuestionSummary, 'of_applications' | 'answered' | 'not_asked'> & {
  /** In the order of bucket and NIK. */
  readonly niks: Entries;
};

/** Lines that are made at a time. */
const LINES_AT_ONCE = 1 << 14;
/** Sixteen digits and a line feed. */
const LINE_BYTES = 17;
const LINE_FEED = 0x0a;

/**
 * Writes those without an answer that counts, sorted; a file of the name is replaced in one moment. They are on record as
 * asked for before they can be sent to anyone.
 * @throws GelombangError INPUT_REFUSED for an unknown wave, one that is matched otherwise, and where the file cannot be
 * written; CONFLICT where the wave is matched already, or void.
 */
export async function writeQuestions(
  database: Database,
  options: QuestionOptions,
  log: Log,
): Promise<QuestionSummary> {
  const { waveId, path, operator, signal } = options;
  const wave = await readWave(database.sql, waveId);
  refuseOtherSource(wave);
  await refuseDecided(database.sql, wave);
  const file = await prepareFile(path, signal);
  try {
    const collected = await inTransaction(database, (client) =>
      collect({ client, sql: database.sql }, wave, signal),
    );
    const { niks } = collected;
    if (niks.rows === 0) return summaryOf(wave, collected, undefined);
    const written = await writeNiks(file, niks);
    const record = { waveId, fileName: basename(path), sha256: written.sha256, operator };
    await inTransaction(database, (client) => recordQuestions(client, record, niks));
    await file.publish();
    logEvent(log, 'questions.written', { wave: waveId, niks: niks.rows, file: basename(path) });
    return summaryOf(wave, collected, { ...written, path });
  } finally {
    await file.discard();
  }
}

/** What is held until the file is written is eight bytes a NIK. */
async function collect(reading: Reading, wave: Wave, signal: AbortSignal): Promise<Collected> {
  const unanswered: Entries[] = [];
  let [ofApplications, answered, notAsked] = [0, 0, 0];
  for await (const questions of questionsOf(reading, wave)) {
    if (signal.aborted) throw interrupted(wave.id);
    const { niks, applies } = questions;
    const rows = rowsWhere(niks.rows, (row) => questions.answered[row] === 0);
    unanswered.push(pickRows(ENTRY, niks, rows));
    ofApplications += rows.reduce((sum, row) => sum + (applies[row] as number), 0);
    answered += niks.rows - rows.length;
    notAsked += questions.notAsked;
  }
  const niks = concatColumns(ENTRY, unanswered);
  return { niks, of_applications: ofApplications, answered, not_asked: notAsked };
}

function writeNiks(file: SingleFile, { rows, of }: Entries): Promise<WrittenFile> {
  const sorted = orderBy(rows, [of.nikHigh, of.nikLow]);
  function* lines(): Iterable<Buffer> {
    for (let from = 0; from < rows; from += LINES_AT_ONCE) {
      const some = sorted.subarray(from, from + LINES_AT_ONCE);
      const text = Buffer.allocUnsafe(some.length * LINE_BYTES);
      let at = 0;
      for (const row of some) {
        at = writeDigits(of.nikHigh[row] as number, of.nikLow[row] as number, text, at);
        text[at++] = LINE_FEED;
      }
      yield text;
    }
  }
  return file.write('nik\n', Readable.from(lines()));
}

function summaryOf(
  { id }: Wave,
  { niks, ...counts }: Collected,
  written: (WrittenFile & { readonly path: string }) | undefined,
): QuestionSummary {
  return {
    wave: id,
    file: written?.path ?? null,
    bytes: written?.bytes ?? null,
    sha256: written?.sha256 ?? null,
    niks: niks.rows,
    ...counts,
    of_recipients: niks.rows - counts.of_applications,
  };
}

function refuseOtherSource({ id, policy }: Wave): void {
  const instead: Readonly<Partial<Record<MatchSource, readonly [how: string, next: string]>>> = {
    snapshot: ['with a snapshot of the registry', 'Bring one in: gelombang import registry FILE'],
    dukcapil: [
      'by the web service of the registry',
      `It is asked when the wave is closed: gelombang wave close ${id}`,
    ],
  };
  const found = instead[matchSourceOf(policy)];
  if (found === undefined) return;
  const [how, next] = found;
  throw refused('INPUT_REFUSED', id, `wave ${id} is matched ${how}: nobody is asked in files`, next);
}

async function refuseDecided(sql: Sql, { id, state }: Wave): Promise<void> {
  const status = `Look at it with: gelombang wave status ${id}`;
  if (state === 'void')
    throw refused('CONFLICT', id, `wave ${id} is void: nobody has to answer for it`, status);
  if (!(await isMatched(sql, id))) return;
  throw refused('CONFLICT', id, `wave ${id} is matched already: no answer changes it any more`, status);
}

function refused(code: ErrorCode, wave: number, what: string, next: string): GelombangError {
  return new GelombangError(code, what, { concerns: { wave }, next });
}

function interrupted(wave: number): GelombangError {
  return refused(
    'INTERRUPTED',
    wave,
    'the writing of questions was stopped',
    'Nothing of it was kept. Run the command again.',
  );
}
