import type { Command } from 'commander';
import { closeCommand } from '../wave/close-command.ts';
import type { Review } from '../wave/review.ts';
import { waveNumber } from './arguments.ts';
import { printResult } from './output.ts';
import { reviewLines } from './review-lines.ts';
import { withSession } from './session.ts';
import { nextLine } from './words.ts';

export function addReviewShow(review: Command, signal: AbortSignal): void {
  review
    .command('show')
    .summary('show who was accepted, against what chance allows')
    .description(
      'Shows the review of a draw: who was accepted by day of joining, province, sex, age, tier and tickets, how many ' +
        'chance has to be expected, and whether that raised an alarm, which holds the publication.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang review show 17')
    .action(async (waveId: number, options: { json?: boolean }) => {
      const { readReview } = await import('../wave/review.ts');
      const { readWave } = await import('../wave/record.ts');
      await withSession(signal, async ({ database }) => {
        const found = await readReview(database.sql, waveId);
        const { state, noticesHeld } = await readWave(database.sql, waveId);
        const next = state === 'closing' ? ['', nextOf(found, noticesHeld)] : [];
        printResult(options.json === true, found, () => [...reviewLines(found), ...next]);
      });
    });
}

/** Of a wave that is not published yet. */
function nextOf({ wave, alarm, approval }: Review, noticesHeld: boolean): string {
  const goOn = closeCommand(wave, noticesHeld);
  if (!alarm || approval !== null) return nextLine(goOn);
  return nextLine(`gelombang review approve ${wave} --reason TEXT`, 'if it is to be published all the same');
}
