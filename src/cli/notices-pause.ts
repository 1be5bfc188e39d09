/** Notices that are stopped, and let go on. */
import type { Command } from 'commander';
import type { Channel } from '../wave/channels.ts';
import { ofChannel, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult } from './output.ts';

interface OfChannel extends WithReason {
  readonly channel?: Channel;
  readonly json?: boolean;
}

export function addNoticesPause(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('pause'))
    .summary('stop the notices of a wave')
    .description(
      'Hands over no more notices of a wave until they are resumed. What is on its way ends; workers go on with other waves.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .addOption(ofChannel())
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', "\nExample:\n  $ gelombang notices pause 17 --channel sms --reason 'wrong sender'")
    .action(async (waveId: number, options: OfChannel) => {
      const { publishableReason } = await import('../wave/reason.ts');
      const { channel } = options;
      const reason = options.reason === undefined ? undefined : publishableReason(options.reason);
      const deed = { action: 'notices.pause', subject: { wave: waveId, channel }, reason } as const;
      await withAudit(signal, deed, async ({ database, config }) => {
        const { pauseNotices, refuseToPause } = await import('../notify/manage.ts');
        await refuseToPause(database.sql, waveId);
        const paused = await pauseNotices(database.sql, { waveId, channel }, { by: config.operator, reason });
        printResult(options.json === true, { wave: waveId, paused }, () => [
          paused.length === 0
            ? `The notices of wave ${waveId} were paused before.`
            : `The notices of wave ${waveId} are paused: ${paused.join(', ')}.`,
          '',
          `Next: gelombang notices resume ${waveId}`,
        ]);
      });
    });
}

export function addNoticesResume(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('resume'))
    .summary('let the notices of a wave go on that were paused')
    .description(
      'Lets notices go on that were paused. Any worker that is about sends them; where none is, notices release does it in its ' +
        'own process.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .addOption(ofChannel())
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices resume 17')
    .action(async (waveId: number, options: OfChannel) => {
      const { channel, reason } = options;
      const deed = { action: 'notices.resume', subject: { wave: waveId, channel }, reason } as const;
      await withAudit(signal, deed, async ({ database: { sql } }) => {
        const { areThrough, resumeNotices } = await import('../notify/manage.ts');
        const { readWave } = await import('../wave/record.ts');
        const { countHealthyWorkers } = await import('../wave/workers.ts');
        const resumed = await sql.begin((transaction) => resumeNotices(transaction, { waveId, channel }));
        const wave = await readWave(sql, waveId);
        const isThrough = await areThrough(sql, wave);
        const isWorkedOn = isThrough || (await countHealthyWorkers(sql)) > 0;
        const become = wave.noticesHeld || isThrough ? 'are not paused any more' : 'go on';
        printResult(options.json === true, { wave: waveId, resumed }, () => [
          resumed.length === 0
            ? `The notices of wave ${waveId} were not paused.`
            : `The notices of wave ${waveId} ${become}: ${resumed.join(', ')}.`,
          '',
          resumeNext(waveId, wave.noticesHeld, isWorkedOn),
        ]);
      });
    });
}

function resumeNext(wave: number, isHeld: boolean, isWorkedOn: boolean): string {
  if (isHeld) return `To send them: gelombang notices release ${wave}`;
  if (isWorkedOn) return `Next: gelombang notices status ${wave}`;
  return `No worker is about. To send them here: gelombang notices release ${wave}`;
}
