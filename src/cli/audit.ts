/** The audit log: shown, and held against itself and what is kept elsewhere. */
import type { Command } from 'commander';
import { entries, time, waveNumber } from './arguments.ts';
import { entryLines } from './audit-lines.ts';
import { addAuditVerify } from './audit-verify.ts';
import { printResult, warn } from './output.ts';
import { withSession } from './session.ts';
import { amount } from './words.ts';

/** Entries that are shown where nothing else is said. */
const LAST = 1_000;

interface ShowOptions {
  readonly wave?: number;
  readonly since?: string;
  readonly last: number;
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
  audit
    .command('show')
    .summary('who did what, when, from where, why, and what became of it')
    .description('Shows the audit log, the newest last.')
    .option('--wave <wave>', 'only what is about this wave', waveNumber)
    .option('--since <time>', 'only from this time on, ISO 8601 with offset', time)
    .option('--last <number>', 'how many of them, the newest', entries, LAST)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang audit show --wave 17 --since 2021-04-30T12:00:00+07:00')
    .action(async ({ last, json = false, ...wanted }: ShowOptions) => {
      const { findEntries } = await import('../audit/read.ts');
      await withSession(signal, async ({ database }) => {
        const found = await findEntries(database.sql, { ...wanted, most: last });
        if (found.earlier > 0) warn(`${amount(found.earlier)} that are earlier are not shown: see --last`);
        const documents = found.entries.map((entry) => ({ ...entry, subject: JSON.parse(entry.subject) }));
        const document = { entries: documents, earlier: found.earlier };
        printResult(json, document, () =>
          found.entries.length === 0 ? ['There is no such entry.'] : found.entries.flatMap(entryLines),
        );
      });
    });
}
