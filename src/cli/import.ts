import { basename } from 'node:path';
import type { Command } from 'commander';
import { namesOfColumn } from '../csv/columns.ts';
import type { ImportSummary } from '../db/import-file.ts';
import { APPLICANT_COLUMNS } from '../ingest/columns.ts';
import type { ListSummary } from '../ingest/lists.ts';
import type { RegistrySummary } from '../ingest/registry.ts';
import { decideCommands } from '../wave/lists-commands.ts';
import { MOST_CHANGE, MOST_HITS } from '../wave/lists-suspicion.ts';
import { date, listKind, listName, waveNumber } from './arguments.ts';
import { type Importer, type ImportRemarks, type ImportRequest, runImport } from './importing.ts';
import { counted, nextLine } from './words.ts';

type Options = ImportRequest['options'];

/** Of a person, in a registry and in answers of it. */
export const PERSON_COLUMNS = ['nik', 'kk', 'full_name', 'birth_date', 'sex', 'status'] as const;

/** After a file that applications are held against. */
const NEXT = nextLine('gelombang import applicants FILE --wave WAVE', 'once all is in that the policy needs');

export function addImports(program: Command, signal: AbortSignal): void {
  const command = program
    .command('import')
    .summary('bring a file in: applications, registry, lists, recipients')
    .description('Brings a file in: in whole, or not at all.')
    .addHelpText('after', '\nExample:\n  $ gelombang import applicants applicants.csv --wave 17');
  addApplicants(command, signal);
  addRegistry(command, signal);
  addList(command, signal);
  addRecipients(command, signal);
}

function addApplicants(command: Command, signal: AbortSignal): void {
  withCommon(command.command('applicants'))
    .summary('applications to an open wave')
    .description(
      'Brings applications into an open wave. A file that is in the wave already changes nothing. A file that has only ' +
        'registration_no and joined_at is one of people who were in an earlier wave and enter with what they gave then.',
    )
    .requiredOption('--wave <wave>', 'number of the wave', waveNumber)
    .addHelpText('after', '\nExample:\n  $ gelombang import applicants applicants.csv --wave 17')
    .addHelpText('after', columnHelp(APPLICANT_COLUMNS.columns))
    .action(async (path: string, options: Options & { wave: number }) => {
      const { ingestApplicants } = await import('../ingest/ingest.ts');
      const waveId = options.wave;
      const importer: ImportRequest['importer'] = (database, given, log) =>
        ingestApplicants(database, { ...given, waveId }, log);
      const next = nextLine(`gelombang wave close ${waveId}`, 'when all files are in');
      // Whether it is still open, or what it waits for, the status says.
      const remarks = ({ unchanged }: ImportSummary) =>
        unchanged ? { lines: [], next: nextLine(`gelombang wave status ${waveId}`) } : { lines: [] };
      const about = { action: 'import.applicants', subject: { wave: waveId } } as const;
      const again = () => ['import', 'applicants', path, '--wave', String(waveId)];
      await runImport({ path, options, importer, again, next, about, remarks }, signal);
    });
}

function addRegistry(command: Command, signal: AbortSignal): void {
  withCommon(command.command('registry'))
    .summary('a snapshot of the population registry')
    .description(
      'Brings in a snapshot of the population registry. The newest one is what a wave is matched with.',
    )
    .option('--as-of <date>', 'the day that it shows; today in Jakarta if not given', date)
    .addHelpText('after', '\nExample:\n  $ gelombang import registry registry.csv --as-of 2021-04-01')
    .addHelpText('after', columnHelp(PERSON_COLUMNS))
    .action(async (path: string, options: Options & { asOf?: string }) => {
      const { importRegistry } = await import('../ingest/registry.ts');
      const { asOf } = options;
      const importer: Importer<RegistrySummary> = (database, given, log) =>
        importRegistry(database, { ...given, asOf }, log);
      const about = { action: 'import.registry', subject: { as_of: asOf } } as const;
      const remarks = ({ as_of }: RegistrySummary) => ({ lines: [asOfLine(as_of, asOf)] });
      const again = ({ as_of }: RegistrySummary) => ['import', 'registry', path, '--as-of', as_of];
      await runImport({ path, options, importer, again, next: NEXT, about, remarks }, signal);
    });
}

function asOfLine(asOf: string, given: string | undefined): string {
  const why = given === undefined ? ', today in Jakarta: no other day was given with --as-of' : '';
  return `It shows the registry as of ${asOf}${why}.`;
}

interface ListOptions extends Options {
  readonly name: string;
  readonly kind: 'deny' | 'priority';
  readonly source?: string;
  readonly date?: string;
}

function addList(command: Command, signal: AbortSignal): void {
  withCommon(command.command('list'))
    .summary('a list of NIKs that is barred or goes first')
    .description(
      'Brings in a new version of a list. The newest one of its name is in force for waves that close after it. One ' +
        `whose size differs by more than ${MOST_CHANGE} % from the version before, or that meets more than ${MOST_HITS} % ` +
        'of the applications of an open wave, is held: it is in force once gelombang list release says so.',
    )
    .requiredOption('--name <name>', 'name of the list, as policies call it', listName)
    .requiredOption('--kind <kind>', 'deny or priority', listKind)
    .option('--source <text>', 'who made it; the name of the file if not given')
    .option('--date <date>', 'the day on which it was made', date)
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang import list asn.csv --name asn --kind deny --source BKN --date 2021-04-01',
    )
    .addHelpText('after', columnHelp(['nik']))
    .action(async (path: string, options: ListOptions) => {
      const { importList } = await import('../ingest/lists.ts');
      const { name, kind, source = basename(path), date: listedOn = null } = options;
      const importer: Importer<ListSummary> = (database, given, log) =>
        importList(database, { ...given, list: { name, kind, source, listedOn } }, log);
      const about = { action: 'import.list', subject: { list: name, kind, source } } as const;
      const given = { name, kind, source: options.source, date: options.date };
      const words = Object.entries(given).flatMap(([option, value]) =>
        value === undefined ? [] : [`--${option}`, value],
      );
      const again = () => ['import', 'list', path, ...words];
      await runImport({ path, options, importer, again, next: NEXT, about, remarks: listRemarks }, signal);
    });
}

function listRemarks({ version, list, entries, held_for }: ListSummary): ImportRemarks {
  const has = `Version ${version} of list ${list} has ${counted(entries, 'entry', 'entries')}.`;
  if (held_for === null) return { lines: [has] };
  return {
    lines: [has, 'It is held, and not in force.'],
    warning: `version ${version} of list ${list} is held: ${held_for}`,
    next: nextLine(decideCommands(version), 'when you have looked at it'),
  };
}

function addRecipients(command: Command, signal: AbortSignal): void {
  withCommon(command.command('recipients'))
    .summary('people who received a place in an earlier wave')
    .description(
      'Brings in people who received a place in an earlier wave. Who is known already stays as they are.',
    )
    .addHelpText('after', '\nExample:\n  $ gelombang import recipients recipients.csv')
    .addHelpText('after', columnHelp(['nik', 'kk', 'wave']))
    .action(async (path: string, options: Options) => {
      const { importRecipients } = await import('../ingest/lists.ts');
      const about = { action: 'import.recipients', subject: {} } as const;
      const again = () => ['import', 'recipients', path];
      await runImport({ path, options, importer: importRecipients, again, next: NEXT, about }, signal);
    });
}

/** What every command takes that reads a file. */
export function withCommon(command: Command): Command {
  return command
    .argument('<file>', 'CSV, also packed by gzip')
    .option('--rejects <file>', 'write the rows that were rejected to this file')
    .option('--json', 'one JSON document on stdout');
}

/** The columns of a file, and what they may also be called. */
export function columnHelp(columns: readonly string[]): string {
  const lines = columns.map((column) => {
    const [name = column, ...aliases] = namesOfColumn(column);
    return `  ${name.padEnd(20)} ${aliases.join(', ')}`.trimEnd();
  });
  return ['\nColumns, in any case, and what they may also be called:', ...lines].join('\n');
}
