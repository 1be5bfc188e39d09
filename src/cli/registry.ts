/** The registry: asked in files and answering in files, and its versions. */
import type { Command } from 'commander';
import type { QuestionSummary } from '../export/questions.ts';
import type { AnswersSummary } from '../ingest/answers.ts';
import type { WaveAsking } from '../registry/exchange.ts';
import { shellWord } from '../shell.ts';
import { date, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { columnHelp, PERSON_COLUMNS, withCommon } from './import.ts';
import { type Importer, type ImportRemarks, type ImportRequest, runImport } from './importing.ts';
import { printResult, warn } from './output.ts';
import { addRegistryDrop, addRegistryVersions } from './registry-versions.ts';
import { amount, counted, nextLine } from './words.ts';

export function addRegistry(program: Command, signal: AbortSignal): void {
  const registry = program
    .command('registry')
    .summary('ask the registry in files, show its versions and drop old ones')
    .description(
      'Writes whom the registry has to answer about, takes its answers, shows what has come in and drops what is old.',
    )
    .addHelpText('after', '\nExample:\n  $ gelombang registry ask 17 --out questions.csv');
  addAsk(registry, signal);
  addAnswer(registry, signal);
  addRegistryVersions(registry, signal);
  addRegistryDrop(registry, signal);
}

interface AskOptions extends WithReason {
  readonly out: string;
  readonly json?: boolean;
}

function addAsk(registry: Command, signal: AbortSignal): void {
  takesReason(registry.command('ask'))
    .summary('write the NIKs that the registry has to answer about for a wave')
    .description(
      'Writes a file with every NIK of a wave that has no answer of the registry yet, or none that its policy lets count: ' +
        'those of its applications, and those of past recipients, who count for the households that they live in now. ' +
        'Given again it writes what is still without an answer.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--out <file>', 'where to; a file that is there is replaced')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang registry ask 17 --out questions.csv')
    .action(async (waveId: number, options: AskOptions) => {
      const { writeQuestions } = await import('../export/questions.ts');
      const subject = { wave: waveId, file: options.out };
      const deed = { action: 'registry.ask', subject, reason: options.reason } as const;
      await withAudit(signal, deed, async ({ config, database, log }, tell) => {
        const asked = { waveId, path: options.out, operator: config.operator, signal };
        const summary = await writeQuestions(database, asked, log);
        tell({ niks: summary.niks, sha256: summary.sha256 });
        if (summary.file !== null)
          warn('the file holds whole NIKs: it is for the registry, and for nobody else');
        printResult(options.json === true, summary, () => questionLines(summary));
      });
    });
}

function questionLines(summary: QuestionSummary): string[] {
  const { wave, file, niks, of_applications, of_recipients, answered, not_asked, sha256 } = summary;
  const facts = [
    ...(answered === 0 ? [] : [`${counted(answered, 'NIK has', 'NIKs have')} an answer already.`]),
    ...(not_asked === 0
      ? []
      : [`${counted(not_asked, 'NIK is', 'NIKs are')} not asked for: the digits are those of no person.`]),
  ];
  if (file === null)
    return [
      `There is nothing to ask for wave ${wave}: no file was written.`,
      ...facts,
      '',
      nextLine(`gelombang wave close ${wave}`, 'when all files are in'),
    ];
  return [
    `${counted(niks, 'NIK')} of wave ${wave} ${niks === 1 ? 'is' : 'are'} in ${file} for the registry to answer:`,
    `  of applications           ${amount(of_applications)}`,
    `  of past recipients alone  ${amount(of_recipients)}`,
    `SHA-256 ${sha256}`,
    ...facts,
    '',
    `Send ${shellWord(file)} to the registry.`,
    nextLine('gelombang registry answer FILE', 'with what comes back'),
  ];
}

function addAnswer(registry: Command, signal: AbortSignal): void {
  withCommon(registry.command('answer'))
    .summary('take answers of the registry')
    .description(
      'Brings in a file of answers, some or all: a person as the registry has them, or the status NOT_FOUND, beside which ' +
        'the other columns may be blank. They count for every wave whose policy lets them be so old and which is not ' +
        'matched yet; of several answers about somebody the newest. An answer that no file asked for is rejected.',
    )
    .option('--as-of <date>', 'the day on which the registry answered; today in Jakarta if not given', date)
    .addHelpText('after', '\nExample:\n  $ gelombang registry answer answers.csv --as-of 2021-04-24')
    .addHelpText('after', columnHelp(PERSON_COLUMNS))
    .action(async (path: string, options: ImportRequest['options'] & { asOf?: string }) => {
      const { importAnswers } = await import('../ingest/answers.ts');
      const importer: Importer<AnswersSummary> = (database, given, log) =>
        importAnswers(database, { ...given, asOf: options.asOf }, log);
      const next = nextLine('gelombang registry versions');
      const about = { action: 'registry.answer', subject: { as_of: options.asOf } } as const;
      const again = ({ as_of }: AnswersSummary) => ['registry', 'answer', path, '--as-of', as_of];
      await runImport({ path, options, importer, again, next, about, remarks: answerRemarks }, signal);
    });
}

function answerRemarks({ version, answers, as_of, waves, unchanged }: AnswersSummary): ImportRemarks {
  const again = unchanged
    ? ['If the registry has given the very same answers anew, say on which day: --as-of DATE.']
    : [];
  const [first] = waves.filter(({ unanswered }) => unanswered > 0);
  const asked = first ?? waves[0];
  return {
    lines: [
      `Version ${version} of the registry has ${counted(answers, 'answer')} as of ${as_of}.`,
      ...again,
      ...waves.map(waveLine),
    ],
    ...(asked === undefined ? {} : { next: nextFor(asked) }),
  };
}

function waveLine({ wave, asked, unanswered }: WaveAsking): string {
  if (unanswered === 0) return `Wave ${wave}: ${counted(asked, 'NIK')} asked for, and all have an answer.`;
  return `Wave ${wave}: ${counted(asked, 'NIK')} asked for, ${amount(unanswered)} still without an answer.`;
}

function nextFor({ wave, unanswered }: WaveAsking): string {
  const close = `gelombang wave close ${wave}`;
  if (unanswered === 0) return nextLine(close, 'when all files are in');
  return [
    nextLine('gelombang registry answer FILE', 'with the answers that are missing'),
    `Whose they are: gelombang registry ask ${wave} --out FILE`,
    `Then: ${close}`,
  ].join('\n');
}
