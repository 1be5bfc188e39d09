import type { Command } from 'commander';
import { waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printClosed } from './wave-close.ts';

interface Options extends WithReason {
  readonly beacon?: string;
  readonly holdNotices?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
}

export function addWaveResume(wave: Command, signal: AbortSignal): void {
  takesReason(wave.command('resume'))
    .summary('go on with the close of a wave where it stopped')
    .description(
      'Goes on with a close that was begun: stopped, cut off, or given up since a step had failed, which has ' +
        'three more attempts then. What was said at the close still counts: notices that were to be held are held, and ' +
        'answers that the registry may leave out may be missing.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--beacon <json>', 'the round that the wave was opened with, as for gelombang wave close')
    .option('--hold-notices', 'hold the notices, where the close did not say so')
    .option('--no-wait', 'end where the registry is not to be called before another day or hour')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang wave resume 17')
    .action(async (waveId: number, options: Options) => {
      const { reason } = options;
      const deed = { action: 'wave.resume', subject: { wave: waveId }, reason } as const;
      await withAudit(signal, deed, async (session, tell) => {
        const { resumeWave } = await import('./closing.ts');
        const { beaconGiven } = await import('./beacon.ts');
        const { holdNotices = false, wait: waits } = options;
        const beacon = options.beacon === undefined ? {} : { beacon: await beaconGiven(options.beacon) };
        const status = await resumeWave(session, { waveId, waits, holdNotices, ...beacon });
        tell({ state: status.state, run: status.run?.id });
        printClosed(options.json === true, status);
      });
    });
}
