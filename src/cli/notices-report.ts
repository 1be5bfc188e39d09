import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Applied } from '../notify/reports/apply.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult, warn } from './output.ts';
import { throwIfStopping } from './stopping.ts';
import { amount, counted } from './words.ts';

export function addNoticesReport(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('report'))
    .summary('take over what became of notices, from a file')
    .description(
      'Takes over what a gateway, or whoever sent the notices, says of them afterwards: which arrived and which did not. A file ' +
        'with a line that is no report is refused as a whole. Given again it changes nothing: what has arrived stays so.',
    )
    .argument('<file>', 'JSON lines or CSV (id or reference, status, perhaps reason), also packed by gzip')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices report reports.csv')
    .action(async (path: string, options: WithReason & { json?: boolean }) => {
      const file = basename(path);
      const deed = { action: 'notices.report', subject: { file }, reason: options.reason } as const;
      await withAudit(signal, deed, async ({ database }, tell) => {
        const { openReports } = await import('../notify/reports/report-file.ts');
        const { applyReports, NOTHING_APPLIED, sumOf } = await import('../notify/reports/apply.ts');
        const opened = await openReports(path);
        const { reports, sha256 } = opened;
        let applied = NOTHING_APPLIED;
        tell({ sha256, reports });
        for await (const batch of opened.batches()) {
          throwIfStopping(signal);
          applied = sumOf(applied, await applyReports(database.sql, batch));
          tell({ ...applied });
        }
        if (applied.early > 0)
          warn('some are of notices that are being handed over at this moment: give the file again later');
        if (applied.unknown > 0)
          warn(
            `${counted(applied.unknown, 'report is', 'reports are')} of no notice that was sent from here`,
          );
        printResult(options.json === true, { file, sha256, reports, ...applied }, () => [
          `${file}: ${counted(reports, 'report')}.`,
          ...appliedLines(applied),
        ]);
      });
    });
}

export function appliedLines({ delivered, failed, sent, kept, early, unknown }: Applied): string[] {
  return [
    `  delivered        ${amount(delivered)}`,
    `  failed           ${amount(failed)}`,
    `  sent             ${amount(sent)}`,
    `  known already    ${amount(kept)}`,
    `  too early        ${amount(early)}`,
    `  of no notice     ${amount(unknown)}`,
  ];
}
