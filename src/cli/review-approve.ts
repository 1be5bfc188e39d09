import type { Command } from 'commander';
import { closeCommand } from '../wave/close-command.ts';
import { waveNumber } from './arguments.ts';
import { withAudit } from './auditing.ts';
import { printResult } from './output.ts';

export function addReviewApprove(review: Command, signal: AbortSignal): void {
  review
    .command('approve')
    .summary('let a wave be published although its review raised an alarm')
    .description(
      'Lets a wave be published although its review raised an alarm. Who does so and why is kept with the review, and the ' +
        'reason is published with the wave. It is not taken back; wave close goes on with the publication.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--reason <text>', 'why it is published all the same; everyone can read it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      "\nExample:\n  $ gelombang review approve 17 --reason 'Recomputed by the audit office: the draw is the one announced'",
    )
    .action(async (waveId: number, options: { reason: string; json?: boolean }) => {
      const { approveReview } = await import('../wave/review.ts');
      const { readWave } = await import('../wave/record.ts');
      const { publishableReason } = await import('../wave/reason.ts');
      const reason = publishableReason(options.reason);
      const matter = { action: 'review.approve', subject: { wave: waveId, reason } } as const;
      const deed = { action: 'review.approve', subject: { wave: waveId }, reason, matter } as const;
      await withAudit(signal, deed, async ({ config, database, log }) => {
        const approval = { by: config.operator, reason };
        const approved = await approveReview(database, waveId, approval, log);
        const { noticesHeld } = await readWave(database.sql, waveId);
        printResult(options.json === true, approved, () => [
          `The review of wave ${waveId} is approved by ${approved.approval?.by}: ${approved.approval?.reason}`,
          '',
          `Next: ${closeCommand(waveId, noticesHeld)}`,
        ]);
      });
    });
}
