/** A notice as a message of e-mail, whole: what goes over the line, and to whom. */
import DKIM from 'nodemailer/lib/dkim';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingNotice } from '../port.ts';
import type { EmailSettings } from '../settings.ts';
import { domainOf, type Mailbox } from './address.ts';

export interface Letter {
  /** Addresses of the envelope. */
  readonly from: string;
  readonly to: string;
  readonly bytes: Buffer;
}

/** How letters are written. */
export interface Stationery {
  readonly from: Mailbox;
  readonly replyTo: Mailbox | undefined;
  readonly unsubscribe: string | undefined;
  readonly dkim: DKIM | undefined;
}

/** What makes a message what it is to its reader; one-click is to be signed along (RFC 8058). */
const SIGNED = [
  ...['From', 'Reply-To', 'To', 'Subject', 'Date', 'Message-ID', 'MIME-Version', 'Content-Type'],
  ...['Content-Transfer-Encoding', 'Auto-Submitted', 'List-Unsubscribe', 'List-Unsubscribe-Post'],
].join(':');

export function dkimOf({ dkim }: Pick<EmailSettings, 'dkim'>): DKIM | undefined {
  return (
    dkim &&
    new DKIM({
      domainName: dkim.domain,
      keySelector: dkim.selector,
      privateKey: dkim.privateKey,
      headerFieldNames: SIGNED,
    })
  );
}

/** @param to As `addressOf` gives it. */
export async function letterOf(
  { from, replyTo, unsubscribe, dkim }: Stationery,
  notice: OutgoingNotice,
  to: string,
): Promise<Letter> {
  const { id, outcome, subject, body, html } = notice;
  const message = new MailComposer({
    from,
    to: { name: '', address: to },
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: subject.replace(/[\p{C}\p{Z}]+/gu, ' ').trim(),
    text: body,
    ...(html === undefined ? {} : { html }),
    messageId: messageIdOf(id, from.address),
    headers: {
      'Auto-Submitted': 'auto-generated',
      // Who has a place is told of it whatever they think of mail.
      ...(unsubscribe === undefined || outcome === 'ACCEPTED' ? {} : wayOut(unsubscribe)),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  const plain = await message.build();
  const bytes = dkim === undefined ? plain : await signed(dkim, plain);
  return { from: from.address, to, bytes };
}

/** The same for every attempt at a notice, so that whoever gets it twice can tell. */
export function messageIdOf(id: string, from: string): string {
  const safe = id.replace(/[^A-Za-z0-9.-]/g, (character) => `_${character.codePointAt(0)?.toString(16)}_`);
  return `<${safe}@${domainOf(from)}>`;
}

function wayOut(unsubscribe: string): Record<string, string> {
  const header = { 'List-Unsubscribe': `<${unsubscribe}>` };
  const isPage = unsubscribe.startsWith('https:');
  return isPage ? { ...header, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' } : header;
}

async function signed(dkim: DKIM, plain: Buffer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of dkim.sign(plain)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
