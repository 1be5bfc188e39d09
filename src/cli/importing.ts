/** Runs an import, whatever the kind of its file: shows how far it is, and says what came of it. */
import { basename } from 'node:path';
import type { Act } from '../audit/audited.ts';
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { shellWord } from '../shell.ts';
import { withAudit } from './auditing.ts';
import { printResult, warn } from './output.ts';
import { progressLine } from './progress.ts';
import type { Session } from './session.ts';
import { amount, counted, size } from './words.ts';

export interface OperatorsOptions extends ImportOptions {
  /** Who gives the command. */
  readonly operator: string;
}

export type Importer<Summary extends ImportSummary = ImportSummary> = (
  database: Database,
  options: OperatorsOptions,
  log: Log,
) => Promise<Summary>;

export interface ImportRequest<Summary extends ImportSummary = ImportSummary> {
  readonly path: string;
  /** For the audit log; the file is added to it. */
  readonly about: Act;
  readonly importer: Importer<Summary>;
  /** The command again, word by word, with all that decides what it does. */
  readonly again: (summary: Summary) => readonly string[];
  /** What to do when the file is in, as a line. */
  readonly next: string;
  /** What else there is to say of a file of this kind: more lines, a warning, something else to do next. */
  readonly remarks?: (summary: Summary) => ImportRemarks;
  readonly options: { readonly json?: boolean; readonly rejects?: string };
}

export interface ImportRemarks {
  readonly lines: readonly string[];
  readonly warning?: string;
  readonly next?: string;
}

export async function runImport<Summary extends ImportSummary>(
  request: ImportRequest<Summary>,
  signal: AbortSignal,
): Promise<void> {
  const { path, importer, options, about } = request;
  const rejects = await rejectsFile(options.rejects);
  const subject = { ...about.subject, file: basename(path) };
  await withAudit(signal, { ...about, subject }, async (session, tell) => {
    const summary = await importWithProgress(session, path, importer);
    const { import_id, sha256, unchanged, rows_taken, rows_rejected } = summary;
    const { as_of } = summary as { readonly as_of?: string };
    tell({ import: import_id, sha256, unchanged, rows_taken, rows_rejected, as_of });
    await rejects?.write(session.database, summary.import_id);
    if (!summary.unchanged) summary.warnings.forEach(warn);
    const remarks = request.remarks?.(summary) ?? { lines: [] };
    if (remarks.warning !== undefined) warn(remarks.warning);
    const lines = () => summaryLines(summary, { ...request, again: request.again(summary) }, remarks);
    printResult(options.json === true, summary, lines);
  });
}

async function rejectsFile(path: string | undefined) {
  if (path === undefined) return undefined;
  const { prepareRejects } = await import('../export/rejects.ts');
  return prepareRejects(path);
}

/** Shows rows and bytes while the file is read. */
export async function importWithProgress<Summary extends ImportSummary>(
  { config, database, signal, log }: Session,
  path: string,
  importer: Importer<Summary>,
): Promise<Summary> {
  const line = progressLine(basename(path));
  const onProgress: ImportOptions['onProgress'] = ({ rows, bytesRead, bytesTotal }) =>
    line.update(bytesRead, bytesTotal, `${counted(rows, 'row')}, ${size(bytesRead)} of ${size(bytesTotal)}`);
  try {
    return await importer(database, { path, signal, onProgress, operator: config.operator }, log);
  } catch (error) {
    if (error instanceof GelombangError && error.code === 'INPUT_REFUSED')
      logEvent(log, 'import.refused', { file: basename(path), reason: error.message });
    throw error;
  } finally {
    line.end();
  }
}

function summaryLines(
  summary: ImportSummary,
  { options, next, again }: Pick<ImportRequest, 'options' | 'next'> & { readonly again: readonly string[] },
  remarks: ImportRemarks,
): string[] {
  const { file, rows_taken: taken, rows_rejected: rejected, rows_normalised: normalised } = summary;
  const known = summary.unchanged ? summary.warnings.map((warning) => `${file}: ${warning}.`) : [];
  const read = `${counted(summary.rows_read, 'row')} read, ${amount(taken)} taken, ${amount(rejected)} rejected.`;
  return [
    ...known,
    `${summary.unchanged ? 'Then' : file}: ${read}`,
    ...Object.entries(summary.rejects).map(([code, rows]) => `  ${code.padEnd(24)} ${amount(rows)}`),
    ...(normalised > 0 && !summary.unchanged
      ? [`${counted(normalised, 'row')} had spaces, dots, dashes or an apostrophe in a NIK or KK.`]
      : []),
    ...(rejected > 0 ? [whereRejects(again, options.rejects)] : []),
    ...remarks.lines,
    '',
    remarks.next ?? next,
  ];
}

/** A file that is in already changes nothing, and its rejected rows can be had later too. */
function whereRejects(again: readonly string[], rejects: string | undefined): string {
  if (rejects !== undefined) return `The rejected rows are in ${rejects}.`;
  return `To have the rejected rows in a file: ${['gelombang', ...again.map(shellWord), '--rejects'].join(' ')} FILE`;
}
