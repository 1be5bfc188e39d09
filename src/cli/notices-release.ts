import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { WaveStatus } from '../wave/status.ts';
import { waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { sentLine, waitLines } from './notice-lines.ts';
import { goingOnLines, waitingLeft } from './notices-left.ts';
import { printOutcome } from './output.ts';
import { counted } from './words.ts';

export function addNoticesRelease(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('release'))
    .summary('send the notices of a wave that are held')
    .description(
      'Lets the notices go that were held by wave close --hold-notices, and waits until they are sent, those of the ' +
        'accepted first. Shows progress; stopped at any moment, the same command goes on where it was. Without a worker ' +
        'about, the work is done in this process. What was released is not held again. They go over the channels that were ' +
        'set at the close: where others are set now it is refused.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--channels', 'send over the channels that are set here, not over those of the close')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices release 17')
    .action(async (waveId: number, options: WithReason & { channels?: boolean; json?: boolean }) => {
      const deed = {
        action: 'notices.release',
        subject: { wave: waveId, channels: options.channels },
        reason: options.reason,
      } as const;
      await withAudit(signal, deed, async (session) => {
        const { releaseNotices } = await import('./closing.ts');
        const status = await releaseNotices(session, waveId, options.channels === true);
        const lines = () => [
          `The notices of wave ${waveId} are released.`,
          sentLine(status.notices),
          ...status.channels.flatMap(waitLines),
          ...goingOnLines(status),
          '',
          status.notices.unknown > 0
            ? `Next: gelombang notices unknown ${waveId}`
            : `Next: gelombang wave status ${waveId}`,
        ];
        printOutcome(options.json === true, status, lines, waitingLeft(status) ?? unknownsLeft(status));
      });
    });
}

function unknownsLeft({ wave, notices }: WaveStatus): GelombangError | undefined {
  if (notices.unknown === 0) return undefined;
  const what = `${counted(notices.unknown, 'notice')} of which nobody knows whether they went out`;
  return new GelombangError('UNKNOWNS_LEFT', `the notices of wave ${wave} are released, with ${what}`, {
    concerns: { wave },
    next: `Look at them with: gelombang notices unknown ${wave}`,
  });
}
