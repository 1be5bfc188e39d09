/** What has become of the notices of a wave. */
import type { Command } from 'commander';
import type { ChannelStatus, NoticeCounts } from '../wave/notices.ts';
import { waveNumber } from './arguments.ts';
import { channelLines, reasonLine } from './notice-lines.ts';
import { resumeLines } from './notices-left.ts';
import { printResult } from './output.ts';
import { withSession } from './session.ts';

export function addNoticesStatus(notices: Command, signal: AbortSignal): void {
  notices
    .command('status')
    .summary('say what has become of the notices of a wave')
    .description(
      'Counts the notices of a wave by channel, state and reason. The states of a channel sum up to what was created: held, ' +
        'waiting, sent, delivered, failed, unknown. Of an unknown one nobody can tell whether it went out: it is never sent ' +
        'again by itself.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices status 17 --json')
    .action(async (waveId: number, options: { json?: boolean }) => {
      const { channelsOfWave, countReasons, sumOf } = await import('../wave/notices.ts');
      const { readWave } = await import('../wave/record.ts');
      await withSession(signal, async ({ database: { sql } }) => {
        const channels = await channelsOfWave(sql, await readWave(sql, waveId));
        const reasons = await countReasons(sql, waveId);
        const document = { wave: waveId, notices: sumOf(channels), channels, reasons };
        printResult(options.json === true, document, () => [
          ...channelLines(channels),
          ...reasons.map(reasonLine),
          '',
          `Next: ${nextOf(waveId, document)}`,
        ]);
      });
    });
}

function nextOf(
  wave: number,
  { notices, channels }: { readonly notices: NoticeCounts; readonly channels: readonly ChannelStatus[] },
): string {
  const stopped = channels.filter(({ paused, held, waiting }) => paused !== null && held + waiting > 0);
  if (stopped.length > 0) return resumeLines(wave, stopped);
  if (notices.held > 0) return `gelombang notices release ${wave}`;
  if (notices.unknown > 0) return `gelombang notices unknown ${wave}`;
  return `gelombang notices export ${wave} --out FILE`;
}
