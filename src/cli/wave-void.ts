import type { Command } from 'commander';
import type { VoidedWave } from '../wave/void.ts';
import { waveNumber } from './arguments.ts';
import { withAudit } from './auditing.ts';
import { printResult } from './output.ts';
import { moment, nextLine } from './words.ts';

export function addWaveVoid(wave: Command, signal: AbortSignal): void {
  wave
    .command('void')
    .summary('put on record that a wave does not count')
    .description(
      'Voids a wave, open, closing or published: it stays on record with the reason, and can be neither drawn again nor taken ' +
        'back. Whoever was accepted in it is no past recipient for waves that close afterwards, whoever was not drawn has ' +
        'no ticket for it, and its notices that are not sent yet stay so. Another wave is opened and drawn in its place.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--reason <text>', 'why, for those who look at the record: it is published')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang wave void 17 --reason "a list came in half"')
    .action(async (waveId: number, options: { reason: string; json?: boolean }) => {
      const { voidWave } = await import('../wave/void.ts');
      const { publishableReason } = await import('../wave/reason.ts');
      const reason = publishableReason(options.reason);
      const matter = { action: 'wave.void', subject: { wave: waveId, reason } } as const;
      const deed = { action: 'wave.void', subject: { wave: waveId }, reason, matter } as const;
      await withAudit(signal, deed, async ({ config, database, log }) => {
        const voided = await voidWave(database, { waveId, reason, by: config.operator }, log);
        printResult(options.json === true, voided, () => voidedLines(voided));
      });
    });
}

function voidedLines({ wave, state, voided }: VoidedWave): string[] {
  return [
    `Wave ${wave} is void; it was ${state}.`,
    `at      ${moment(voided.at)}`,
    `by      ${voided.by}`,
    `reason  ${voided.reason}`,
    '',
    nextLine('gelombang wave open WAVE --policy FILE', 'before the same files are imported into it'),
  ];
}
