import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { namesOfColumn } from '../csv/columns.ts';
import { copyOut } from '../db/copy.ts';
import type { Database } from '../db/database.ts';
import type { ImportOptions, ImportSummary } from '../db/import-file.ts';
import { APPLICANT_COLUMNS } from '../ingest/columns.ts';
import { ingestApplicants } from '../ingest/ingest.ts';
import { importList, importRecipients } from '../ingest/lists.ts';
import { importRegistry } from '../ingest/registry.ts';
import type { Log } from '../log.ts';
import { date, listKind, listName, waveNumber } from './arguments.ts';
import { amount, printResult, size, warn } from './output.ts';
import { progressLine } from './progress.ts';
import { type Session, withSession } from './session.ts';

interface Options {
  readonly json?: boolean;
  readonly rejects?: string;
}

type Importer = (database: Database, options: ImportOptions, log: Log) => Promise<ImportSummary>;

export function addImports(program: Command, signal: AbortSignal): void {
  const command = program.command('import').description('Brings a file in: in whole, or not at all.');
  addApplicants(command, signal);
  addRegistry(command, signal);
  addList(command, signal);
  addRecipients(command, signal);
}

function addApplicants(command: Command, signal: AbortSignal): void {
  withCommon(command.command('applicants'))
    .summary('applications to an open wave')
    .description('Brings applications into an open wave. A file that is in the wave already changes nothing.')
    .requiredOption('--wave <wave>', 'number of the wave', waveNumber)
    .addHelpText(
      'after',
      `\nExample:\n  $ gelombang import applicants applicants.csv --wave 17\n\n${columnHelp()}`,
    )
    .action(async (path: string, options: Options & { wave: number }) => {
      const importer: Importer = (database, given, log) =>
        ingestApplicants(database, { ...given, waveId: options.wave }, log);
      await runImport(path, options, importer, signal);
    });
}

function addRegistry(command: Command, signal: AbortSignal): void {
  withCommon(command.command('registry'))
    .summary('a snapshot of the population registry')
    .description(
      'Brings in a snapshot of the population registry. The newest one is what a wave is matched with.',
    )
    .option('--as-of <date>', 'the day that it shows; today if not given', date)
    .addHelpText('after', '\nExample:\n  $ gelombang import registry registry.csv --as-of 2021-04-01')
    .action(async (path: string, options: Options & { asOf?: string }) => {
      const asOf = options.asOf ?? new Date().toISOString().slice(0, 10);
      await runImport(
        path,
        options,
        (database, given, log) => importRegistry(database, { ...given, asOf }, log),
        signal,
      );
    });
}

function addList(command: Command, signal: AbortSignal): void {
  withCommon(command.command('list'))
    .summary('a list of NIKs that is barred or goes first')
    .description(
      'Brings in a new version of a list. The newest one of its name is in force for waves that close after it.',
    )
    .requiredOption('--name <name>', 'name of the list, as policies call it', listName)
    .requiredOption('--kind <kind>', 'deny or priority', listKind)
    .option('--source <text>', 'who made it; the name of the file if not given')
    .option('--date <date>', 'the day on which it was made', date)
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang import list asn.csv --name asn --kind deny --source BKN --date 2021-04-01',
    )
    .action(
      async (
        path: string,
        options: Options & { name: string; kind: 'deny' | 'priority'; source?: string; date?: string },
      ) => {
        const list = {
          name: options.name,
          kind: options.kind,
          source: options.source ?? basename(path),
          listedOn: options.date ?? null,
        };
        await runImport(
          path,
          options,
          (database, given, log) => importList(database, { ...given, list }, log),
          signal,
        );
      },
    );
}

function addRecipients(command: Command, signal: AbortSignal): void {
  withCommon(command.command('recipients'))
    .summary('people who received a place in an earlier wave')
    .description(
      'Brings in people who received a place in an earlier wave. Who is known already stays as they are.',
    )
    .addHelpText('after', '\nExample:\n  $ gelombang import recipients recipients.csv')
    .action(async (path: string, options: Options) => {
      await runImport(path, options, importRecipients, signal);
    });
}

function withCommon(command: Command): Command {
  return command
    .argument('<file>', 'CSV, also packed by gzip')
    .option('--rejects <file>', 'write the rows that were rejected to this file')
    .option('--json', 'one JSON document on stdout');
}

async function runImport(
  path: string,
  options: Options,
  importer: Importer,
  signal: AbortSignal,
): Promise<void> {
  await withSession(signal, async (session) => {
    const summary = await importWithProgress(session, path, importer);
    if (options.rejects !== undefined)
      await writeRejects(session.database, summary.import_id, options.rejects);
    for (const warning of summary.warnings) warn(warning);
    printResult(options.json === true, summary, () => summaryLines(summary, options.rejects));
  });
}

/** Shows rows and bytes while the file is read. */
export async function importWithProgress(
  session: Session,
  path: string,
  importer: Importer,
): Promise<ImportSummary> {
  const line = progressLine(basename(path));
  try {
    return await importer(
      session.database,
      {
        path,
        signal: session.signal,
        onProgress: ({ rows, bytesRead, bytesTotal }) =>
          line.update(
            bytesRead,
            bytesTotal,
            `${amount(rows)} rows, ${size(bytesRead)} of ${size(bytesTotal)}`,
          ),
      },
      session.log,
    );
  } finally {
    line.end();
  }
}

async function writeRejects(database: Database, importId: number, path: string): Promise<void> {
  const client = await database.copyPool.connect();
  try {
    const header = Readable.from(['line,registration_no,column,code,message\n']);
    await pipeline(header, createWriteStream(path, { mode: 0o600 }));
    const rows = copyOut(
      client,
      `select line, regexp_replace(registration_no, '^([=+@])', '''\\1'), nullif(column_name, ''), code, message
      from reject where import_id = ${importId} order by line, position`,
    );
    await pipeline(rows, createWriteStream(path, { flags: 'a' }));
  } finally {
    client.release();
  }
}

function summaryLines(summary: ImportSummary, rejectsFile: string | undefined): string[] {
  if (summary.unchanged) return [`${summary.file} was imported before: nothing to do.`];
  const {
    rows_read: read,
    rows_taken: taken,
    rows_rejected: rejected,
    rows_normalised: normalised,
  } = summary;
  return [
    `${summary.file}: ${amount(read)} rows read, ${amount(taken)} taken, ${amount(rejected)} rejected.`,
    ...Object.entries(summary.rejects).map(([code, rows]) => `  ${code.padEnd(24)} ${amount(rows)}`),
    ...(normalised > 0
      ? [`${amount(normalised)} rows had spaces, dots, dashes or an apostrophe in a NIK or KK.`]
      : []),
    ...(rejected > 0 && rejectsFile !== undefined ? [`The rejected rows are in ${rejectsFile}.`] : []),
  ];
}

function columnHelp(): string {
  const lines = APPLICANT_COLUMNS.columns.map((column) => {
    const [name = column, ...aliases] = namesOfColumn(column);
    return `  ${name.padEnd(20)} ${aliases.join(', ')}`;
  });
  return ['Columns, in any case, and what they may also be called:', ...lines].join('\n');
}
