/** Notices of which nobody knows whether they went out. */
import { type Command, Option } from 'commander';
import { RESENDABLE, type Resendable } from '../notify/port.ts';
import { waveNumber } from './arguments.ts';
import { printResult } from './output.ts';
import { withSession } from './session.ts';
import { amount, counted } from './words.ts';

/** Notices that are listed on a screen; the file has all. */
const MOST_LISTED = 1_000;

export function addNoticesUnknown(notices: Command, signal: AbortSignal): void {
  notices
    .command('unknown')
    .summary('list the notices of which nobody knows whether they went out')
    .description(
      'Lists the notices of a wave whose sending was cut off after they may have been taken over, and that the other side could ' +
        'not be asked about. No address is shown. Ask the provider about them by their ids, WAVE-NUMBER-CHANNEL; those that ' +
        'did not go out can be sent again with notices resend.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .addOption(new Option('--state <state>', 'which ones').choices([...RESENDABLE]).default('unknown'))
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices unknown 17')
    .action(async (waveId: number, options: { json?: boolean; state: Resendable }) => {
      const { noticesLeft, countLeft } = await import('../notify/manage.ts');
      const { readWave } = await import('../wave/record.ts');
      await withSession(signal, async ({ database: { sql } }) => {
        await readWave(sql, waveId);
        const { state } = options;
        const listed = await noticesLeft(sql, waveId, state, MOST_LISTED);
        const all = (await countLeft(sql, { waveId, state })).reduce((sum, { count }) => sum + count, 0);
        const document = { wave: waveId, state, count: all, listed };
        printResult(options.json === true, document, () => [
          `${counted(all, 'notice')} of wave ${waveId} ${all === 1 ? 'is' : 'are'} ${state}.`,
          ...listed.map(
            ({ registration_no, channel, attempts, changed_at, reason }) =>
              `  ${waveId}-${registration_no}-${channel}  ${changed_at}  attempt ${attempts}  ${reason ?? ''}`,
          ),
          ...(all > listed.length
            ? [`  and ${amount(all - listed.length)} more: gelombang notices export ${waveId} --out FILE`]
            : []),
          ...(all === 0 ? [] : ['', `To send them again: ${againCommand(waveId, state)}`]),
        ]);
      });
    });
}

function againCommand(wave: number, state: Resendable): string {
  return state === 'unknown'
    ? `gelombang notices resend ${wave}`
    : `gelombang notices resend ${wave} --state ${state}`;
}
