/** Hands notices to a server of e-mail, and says of each what became of it. It sends nothing twice by itself. */
import type { Gateway, OutgoingNotice, Receipt } from '../port.ts';
import type { EmailSettings } from '../settings.ts';
import { addressOf, mailboxOf } from './address.ts';
import { CUT, receiptOf } from './failure.ts';
import type { Stationery } from './letter.ts';
import type { Sender } from './sender.ts';
import { serverOf } from './server.ts';

/** What is loaded with the first notice: a command that sends none does not wait for it. */
interface Office {
  readonly sender: Sender;
  readonly stationery: Stationery;
  readonly letterOf: typeof import('./letter.ts').letterOf;
}

/** Throws TypeError for settings that `readEmail` does not give. */
export function openEmailGateway(settings: EmailSettings): Gateway {
  const server = serverOf(settings);
  const from = mailboxOf(settings.from);
  if (from === undefined) throw new TypeError('the sender is none that mail can come from');
  let office: Promise<Office> | undefined;
  let isClosed = false;

  const load = async (): Promise<Office> => {
    const [{ Sender }, { dkimOf, letterOf }] = await Promise.all([
      import('./sender.ts'),
      import('./letter.ts'),
    ]);
    const replyTo = settings.replyTo === undefined ? undefined : mailboxOf(settings.replyTo);
    const stationery = { from, replyTo, unsubscribe: settings.unsubscribe, dkim: dkimOf(settings) };
    return { sender: new Sender(server, settings.connections), stationery, letterOf };
  };

  const send = async (notice: OutgoingNotice, signal: AbortSignal): Promise<Receipt> => {
    const address = addressOf(notice.email);
    if (address === undefined) return { state: 'failed', reason: notAnAddress(notice.email) };
    if (signal.aborted || isClosed) return receiptOf({ stage: 'opening', code: CUT }, address);
    office ??= load();
    const { sender, stationery, letterOf } = await office;
    const letter = await letterOf(stationery, notice, address).catch(() => undefined);
    if (letter === undefined) return { state: 'failed', reason: 'no message can be made of it' };
    const failure = await sender.send(letter, signal);
    return failure === undefined ? { state: 'sent' } : receiptOf(failure, address);
  };

  return {
    channel: 'email',
    connections: settings.connections,
    rate: settings.rate,
    send,
    close: async () => {
      isClosed = true;
      await (await office)?.sender.close();
    },
  };
}

function notAnAddress(email: string): string {
  return email.trim() === '' ? 'there is no address' : 'what is given is not an address of e-mail';
}
