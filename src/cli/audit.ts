/** The audit log: shown, and held against itself and what is kept elsewhere. */
import type { Command } from 'commander';
import type { Found } from '../audit/read.ts';
import { deeds, time, waveNumber } from './arguments.ts';
import { deedLines } from './audit-lines.ts';
import { addAuditVerify } from './audit-verify.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult, warn } from './output.ts';
import { amount, counted } from './words.ts';

/** What is shown where nothing else is said. */
const LAST = 1_000;

interface ShowOptions extends WithReason {
  readonly wave?: number;
  readonly since?: string;
  readonly last?: number;
  readonly json?: boolean;
}

export function addAudit(program: Command, signal: AbortSignal): void {
  const audit = program
    .command('audit')
    .summary('see who did what, and whether the log of it is whole')
    .description('Shows the audit log, and finds whatever was changed in it, taken out, put in or moved.')
    .addHelpText('after', '\nExample:\n  $ gelombang audit show --wave 17');
  addShow(audit, signal);
  addAuditVerify(audit, signal);
}

function addShow(audit: Command, signal: AbortSignal): void {
  takesReason(audit.command('show'))
    .summary('who did what, when, from where, why, and what became of it')
    .description(
      'Shows the audit log, the newest last: a line for each thing that was done, with what became of it. Whoever looks is ' +
        'in the log too.',
    )
    .option('--wave <wave>', 'only what is about this wave', waveNumber)
    .option('--since <time>', 'only from this time on, ISO 8601 with offset', time)
    .option('--last <number>', `how many, the newest; ${amount(LAST)} if not given`, deeds)
    .option('--json', 'one JSON document on stdout, with all entries')
    .addHelpText('after', '\nExample:\n  $ gelombang audit show --wave 17 --since 2021-04-30T12:00:00+07:00')
    .action((options: ShowOptions) => show(options, signal));
}

async function show(options: ShowOptions, signal: AbortSignal): Promise<void> {
  const { reason, json = false, last, ...wanted } = options;
  const deed = { action: 'audit.show', subject: { ...wanted, last }, reason } as const;
  await withAudit(signal, deed, async ({ database: { sql } }, _, besides) => {
    const { findDeeds } = await import('../audit/read.ts');
    const { processesAtWork } = await import('../wave/at-work.ts');
    const found = await findDeeds(sql, { ...wanted, most: last ?? LAST, besides });
    const { earlier } = found;
    if (earlier > 0 && last === undefined)
      warn(
        `${counted(earlier, 'earlier deed')} not shown: see --wave and --since, or --last ${LAST + earlier}`,
      );
    const atWork = json ? [] : await processesAtWork(sql);
    printResult(json, documentOf(found), () =>
      found.deeds.length === 0 ? ['There is no such entry.'] : deedLines(found.deeds, atWork),
    );
  });
}

function documentOf({ deeds: found, earlier }: Found): object {
  const entries = found.flat().toSorted((a, b) => a.number - b.number);
  return { entries: entries.map((entry) => ({ ...entry, subject: JSON.parse(entry.subject) })), earlier };
}
