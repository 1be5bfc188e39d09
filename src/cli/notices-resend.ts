/** Notices that are sent again by the word of an operator. */
import { type Command, Option } from 'commander';
import type { Resending } from '../notify/manage.ts';
import { RESENDABLE, type Resendable } from '../notify/port.ts';
import { shellWord } from '../shell.ts';
import type { Channel } from '../wave/channels.ts';
import { ofChannel, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { sentLine, waitLines } from './notice-lines.ts';
import { goingOnLines, waitingLeft } from './notices-left.ts';
import { printOutcome, printResult } from './output.ts';
import type { Session } from './session.ts';
import { amount, counted } from './words.ts';

interface Options extends WithReason {
  readonly channel?: Channel;
  readonly state: Resendable;
  readonly yes?: boolean;
  readonly json?: boolean;
}

export function addNoticesResend(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('resend'))
    .summary('send notices again that are unknown, or failed')
    .description(
      'Sends the notices of a wave again of which nobody knows whether they went out: whoever has one already gets a ' +
        'second one, unless the gateway keeps account of ids. Says how many there are, and does it with --yes.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .argument('[numbers...]', 'registration numbers; all of them if not given')
    .addOption(ofChannel())
    .addOption(new Option('--state <state>', 'which ones').choices([...RESENDABLE]).default('unknown'))
    .option('--yes', 'do it')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices resend 17 --yes')
    .action(async (waveId: number, given: string[], options: Options) => {
      const { channel, state, reason, yes = false, json = false } = options;
      const resending = { waveId, channel, state, numbers: given.length === 0 ? undefined : given };
      const subject = { wave: waveId, state, channel, numbers: given.length, yes };
      await withAudit(signal, { action: 'notices.resend', subject, reason }, async (session, tell) => {
        const counts = await countsOf(session, resending);
        tell({ notices: sum(counts) });
        if (yes && sum(counts) > 0) await resend(session, resending, sum(counts), json);
        else
          printResult(json, { ...resending, resent: false, channels: counts }, () =>
            countLines(resending, counts),
          );
      });
    });
}

type Counts = readonly { readonly channel: Channel; readonly count: number }[];

async function countsOf({ database: { sql } }: Session, resending: Resending): Promise<Counts> {
  const { countLeft } = await import('../notify/manage.ts');
  const { readWave } = await import('../wave/record.ts');
  const { refuseVoid } = await import('../wave/voided.ts');
  refuseVoid(await readWave(sql, resending.waveId), 'none of its notices is sent again');
  return countLeft(sql, resending);
}

async function resend(session: Session, resending: Resending, count: number, json: boolean): Promise<void> {
  const { resendNotices } = await import('./closing.ts');
  const { waveId, state } = resending;
  const status = await resendNotices(session, resending);
  const { notices, channels } = status;
  const lines = () => [
    `${counted(count, 'notice')} of wave ${waveId}, ${state} before, ${count === 1 ? 'was' : 'were'} taken up again. Of all that it has:`,
    sentLine(notices),
    ...channels.flatMap(waitLines),
    ...goingOnLines(status),
    '',
    notices.unknown > 0
      ? `Next: gelombang notices unknown ${waveId}`
      : `Next: gelombang notices status ${waveId}`,
  ];
  printOutcome(json, { ...resending, resent: true, channels }, lines, waitingLeft(status));
}

function countLines(resending: Resending, counts: Counts): string[] {
  const { waveId, state } = resending;
  const all = sum(counts);
  const each = counts.map(({ channel, count }) => `; ${channel}: ${amount(count)}`).join('');
  return [
    `${counted(all, 'notice')} of wave ${waveId} ${all === 1 ? 'is' : 'are'} ${state}${each}.`,
    ...(all === 0 ? [] : ['', `Nothing was sent. To send them again: ${commandFor(resending)}`]),
  ];
}

function commandFor({ waveId, channel, state, numbers = [] }: Resending): string {
  const words = [
    ...['gelombang', 'notices', 'resend', String(waveId), ...numbers.map(shellWord)],
    ...(channel === undefined ? [] : ['--channel', channel]),
    ...(state === 'unknown' ? [] : ['--state', state]),
  ];
  return [...words, '--yes'].join(' ');
}

function sum(counts: Counts): number {
  return counts.reduce((all, { count }) => all + count, 0);
}
