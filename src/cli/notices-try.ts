import { type Command, InvalidArgumentError } from 'commander';
import { type Fault, GelombangError } from '../errors.ts';
import type { Receipt } from '../notify/port.ts';
import type { Tried } from '../notify/try.ts';
import type { Outcome } from '../proof/seats.ts';
import type { GatewayChannel } from '../wave/channels.ts';
import { oneOf, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { outcome } from './notices-preview.ts';
import { printOutcome } from './output.ts';
import type { Session } from './session.ts';
import { counted } from './words.ts';

interface Options extends WithReason {
  readonly to: string;
  readonly channel?: GatewayChannel;
  readonly outcome?: Outcome;
  readonly json?: boolean;
}

const GATEWAY_CHANNELS: readonly GatewayChannel[] = ['email', 'sms'];

export function addNoticesTry(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('try'))
    .summary('send the texts of a wave to an address that is named, as a trial')
    .description(
      'Sends the texts of the notices of a wave, of each outcome as somebody made up gets them, through the gateway that is ' +
        'set, to an address of your own. They are marked [UJI]; nobody of the wave is sent anything.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--to <address>', 'an e-mail address, or a telephone number', address)
    .option('--channel <channel>', 'email or sms; as the address is if not given', channel)
    .option('--outcome <code>', 'the text of one outcome alone', outcome)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices try 17 --to me@example.org')
    .action(async (waveId: number, options: Options) => {
      const { maskedAddress } = await import('../notify/try.ts');
      const channel = channelOf(options);
      const subject = { wave: waveId, channel, to: maskedAddress(options.to) };
      const deed = { action: 'notices.try', subject, reason: options.reason } as const;
      await withAudit(signal, deed, async (session, tell) => {
        const tried = await tryOut(session, waveId, channel, options);
        const sent = tried.filter(({ receipt }) => isSent(receipt)).length;
        tell({ sent, tried: tried.length });
        printOutcome(
          options.json === true,
          documentOf(waveId, channel, tried),
          () => [...tried.map(lineOf), '', `${counted(sent, 'text')} sent, of ${tried.length}.`],
          unsent(waveId, tried),
        );
      });
    });
}

async function tryOut(
  { config, database, signal }: Session,
  waveId: number,
  channel: GatewayChannel,
  { to, outcome }: Options,
): Promise<readonly Tried[]> {
  const { readWave } = await import('../wave/record.ts');
  const { openGateway } = await import('../notify/gateways.ts');
  const { tryOut: send } = await import('../notify/try.ts');
  const wave = await readWave(database.sql, waveId);
  const gateway = await openGateway(channel, config.notices);
  try {
    return await send(wave, { channel, to, outcome }, config.notices, gateway, signal);
  } finally {
    await gateway.close();
  }
}

function channel(text: string): GatewayChannel {
  return oneOf(text, GATEWAY_CHANNELS);
}

const EMAIL = /^[^\s@<>(),;:"\\\p{C}]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+$/iu;
const PHONE = /^\+?\d{8,15}$/;

function address(text: string): string {
  if (EMAIL.test(text) || PHONE.test(text)) return text;
  throw new InvalidArgumentError('expected one e-mail address, or a telephone number such as +6281….');
}

function channelOf({ to, channel = to.includes('@') ? 'email' : 'sms' }: Options): GatewayChannel {
  if (to.includes('@') === (channel === 'email')) return channel;
  throw new GelombangError('USAGE', `--to is no address for ${channel}`, {
    next: 'See: gelombang notices try --help',
  });
}

function isSent({ state }: Receipt): boolean {
  return state === 'sent' || state === 'delivered';
}

function reasonOf(receipt: Receipt): string | null {
  return 'reason' in receipt ? receipt.reason : null;
}

function nameOf({ previewed: { sample } }: Tried): string {
  return [sample.outcome, ...sample.reasons].join(' · ');
}

function documentOf(wave: number, channel: GatewayChannel, tried: readonly Tried[]): object {
  return {
    wave,
    channel,
    texts: tried.map(({ previewed: { sample }, receipt }) => ({
      ...{ outcome: sample.outcome, reasons: sample.reasons, state: receipt.state },
      reason: reasonOf(receipt),
    })),
  };
}

function lineOf(tried: Tried): string {
  const reason = reasonOf(tried.receipt);
  return `${nameOf(tried)}: ${tried.receipt.state}${reason === null ? '' : `, ${reason}`}`;
}

function unsent(wave: number, tried: readonly Tried[]): GelombangError | undefined {
  const faults = tried
    .filter(({ receipt }) => !isSent(receipt))
    .map((each): Fault => ({ where: nameOf(each), what: reasonOf(each.receipt) ?? each.receipt.state }));
  if (faults.length === 0) return undefined;
  const what = `${counted(faults.length, 'text')} of ${tried.length} did not go out, or nobody knows`;
  return new GelombangError('UNEXPECTED', what, {
    concerns: { wave },
    faults,
    next: 'Look at the address and at the settings of the gateway.',
  });
}
