/** Writes a published wave to a folder: the CSV files, streamed from where they are recorded, and what proves them. */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type { Database } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import { UnfinishedFiles, type WrittenFile } from '../files/unfinished.ts';
import type { Log } from '../log.ts';
import { entropyOf } from '../wave/entropy.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { referencesOf } from '../wave/references.ts';
import { findReview } from '../wave/review.ts';
import { type DecidedBy, decidedBy, useUnmasked } from './decided.ts';
import { listDecisions } from './list-decisions.ts';
import { dataPackage, drawDocument, reviewDocument } from './proof.ts';
import { refuseOtherRejects } from './rejects.ts';
import { type ExportTable, headerOf, POOL, REJECTS, RESULTS, resultTables } from './tables.ts';

export interface ExportOptions {
  readonly waveId: number;
  readonly folder: string;
  /** Whole NIKs in results.csv and accepted.csv. */
  readonly unmasked: boolean;
  /** Who asks for it: whole NIKs may take the word of another person. */
  readonly operator?: string;
  /** Told when the word of another person is used up: from then on an export that fails takes a new one. */
  readonly onApprovalUsed?: () => void;
  readonly onProgress?: (progress: ExportProgress) => void;
  /** Nothing stays in the folder once it is given. */
  readonly signal?: AbortSignal;
}

export interface ExportProgress {
  readonly file: string;
  readonly rows: number;
  /** As many as there will be, or at least. */
  readonly rowsTotal: number;
}

export interface ExportSummary {
  readonly wave: number;
  readonly folder: string;
  readonly files: Readonly<Record<string, WrittenFile>>;
}

const FUNNEL: ExportTable = {
  name: 'funnel.csv',
  description: 'What was read, what each rule and each later cut took out, what is left',
  columns: [
    { name: 'step', type: 'string', description: 'Rule or cut' },
    { name: 'count', type: 'integer', description: 'Rows or applications' },
  ],
  lines: () => Readable.from([]),
};

const REVIEW = 'review.json';

/**
 * @throws GelombangError INPUT_REFUSED for an unknown wave, CONFLICT where it is not published, Tampered where what was
 * recorded was changed; as the database does where whole NIKs take two people.
 */
export async function exportWave(
  database: Database,
  options: ExportOptions,
  log: Log,
): Promise<ExportSummary> {
  const wave = await readWave(database.sql, options.waveId);
  if (wave.publishedAt === null) {
    throw new GelombangError('CONFLICT', `wave ${wave.id} is not published: there is no result to export`, {
      concerns: { wave: wave.id },
      next:
        wave.state === 'open'
          ? `Close it first: gelombang wave close ${wave.id}`
          : `${wave.state === 'void' ? 'Why' : 'See how far it is'}: gelombang wave status ${wave.id}`,
    });
  }
  await refuseOtherRejects(database.sql, wave);
  const decided = await decidedBy(database.sql, wave, options);
  const unfinished = new UnfinishedFiles(options.folder, options.signal);
  await unfinished.prepare();
  try {
    // Committed before the first NIK is on the disk: else an export that is killed could be given again and again.
    await useUnmasked(database.sql, options);
    if (decided.unmasked === 'two') options.onApprovalUsed?.();
    const files = await writeAll(database, wave, unfinished, { ...options, decided });
    await unfinished.publish();
    logEvent(log, 'export.written', { wave: wave.id, directory: options.folder });
    return { wave: wave.id, folder: options.folder, files: Object.fromEntries(files) };
  } finally {
    await unfinished.discard();
  }
}

async function writeAll(
  database: Database,
  wave: Wave,
  unfinished: UnfinishedFiles,
  options: ExportOptions & { readonly decided: DecidedBy },
): Promise<Map<string, WrittenFile>> {
  // The results take as long as all others together: each half of them over a connection of its own.
  const halves = [resultsOf(wave, options), [POOL, REJECTS]];
  const written = await Promise.allSettled(
    halves.map((half) => writeTables(database, wave, unfinished, half)),
  );
  const files = new Map<string, WrittenFile>();
  // Only now, when neither writes any more: what is thrown takes the files away.
  for (const half of written) {
    if (half.status === 'rejected') throw half.reason;
    for (const [name, file] of half.value) files.set(name, file);
  }
  const funnel = stringify((wave.funnel ?? []).map((line) => [...line]));
  files.set(FUNNEL.name, await unfinished.write(FUNNEL.name, headerOf(FUNNEL), Readable.from([funnel])));
  await writeJson(unfinished, 'datapackage.json', dataPackage(wave, [...halves.flat(), FUNNEL], files));
  const review = await findReview(database.sql, wave.id);
  if (review !== undefined) {
    files.set(REVIEW, await writeJson(unfinished, REVIEW, reviewDocument(review)));
  }
  const entropy = await entropyOf(database.sql, wave);
  const references = await referencesOf(database.sql, wave);
  const decisions = await listDecisions(database.sql, wave);
  const facts = { entropy, references, listDecisions: decisions, decided: options.decided, files };
  await writeJson(unfinished, 'draw.json', drawDocument(wave, facts));
  return files;
}

/** Tells of the results, which take the longest: their rows, whose number is known from the funnel. */
function resultsOf(wave: Wave, { unmasked, onProgress }: ExportOptions): readonly ExportTable[] {
  const funnel = new Map(wave.funnel ?? []);
  const rowsTotal = funnel.get('applications') ?? 0;
  return resultTables({
    masked: !unmasked,
    accepted: funnel.get('ACCEPTED') ?? 0,
    onRows: (rows) => onProgress?.({ file: RESULTS, rows, rowsTotal }),
  });
}

async function writeTables(
  { copyPool }: Database,
  wave: Wave,
  unfinished: UnfinishedFiles,
  tables: readonly ExportTable[],
): Promise<[string, WrittenFile][]> {
  const files: [string, WrittenFile][] = [];
  const client = await copyPool.connect();
  let broken: Error | undefined;
  try {
    for (const table of tables) {
      const lines = table.lines(client, wave.id);
      files.push([table.name, await unfinished.write(table.name, headerOf(table), lines)]);
    }
    return files;
  } catch (error) {
    broken = error as Error;
    throw error;
  } finally {
    // A COPY that was left in the middle leaves its connection of no use to anyone else.
    client.release(broken);
  }
}

async function writeJson(unfinished: UnfinishedFiles, name: string, value: unknown): Promise<WrittenFile> {
  return unfinished.write(name, '', Readable.from([`${JSON.stringify(value, null, 2)}\n`]));
}
