/** Why a message did not go out, or may have: what a server said of it or what became of the connection. */
import { LONGEST_REST, type Receipt } from '../port.ts';
import { quoted, shortened } from '../quoted.ts';

/**
 * How far it came. `opening`: nobody was spoken to of it. `envelope`: whom it is to was said, and nothing of it handed over
 * in whole. `message`: its last byte may be out, and there is no answer yet.
 */
export type Stage = 'opening' | 'envelope' | 'message';

export interface Failure {
  readonly stage: Stage;
  /** Of nodemailer, of the system or of OpenSSL; or one of those below. */
  readonly code: string;
  /** That the server answered with; undefined where it said nothing. */
  readonly reply?: string | undefined;
  /** What it answered to. */
  readonly command?: string | undefined;
}

/** No answer in time. */
export const LATE = 'LATE';
/** The same, of a program that did not listen itself. */
export const FROZEN = 'FROZEN';
/** Given up by ourselves. */
export const CUT = 'CUT';
/** The connection went away without a word. */
export const GONE = 'GONE';

/** It says the same to everybody: it wants a login, or another one. */
const WANTS_LOGIN = /^53[0458]/;
/** To MAIL, which is the same for all but for the size and the kinds of characters of the message. */
const OF_THE_MESSAGE = /^55[25]/;

/** @param address Whose parts are left out of the reason. */
export function receiptOf(failure: Failure, address: string): Receipt {
  const reason = reasonOf(failure, address);
  const { stage, code, reply = '', command = '' } = failure;
  if (code === CUT && stage !== 'message') return { state: 'created', reason, isStopped: true };
  if (code === FROZEN && stage !== 'message') return { state: 'created', reason };
  if (stage === 'opening') return { state: 'created', reason, isDown: true };
  // Only what was read as the reply to the message itself tells what became of it, whatever came with the end of the connection.
  if (stage === 'message' && !(code === 'EMESSAGE' && /^[45]/.test(reply)))
    return { state: 'unknown', reason };
  if (/^421/.test(reply) || WANTS_LOGIN.test(reply)) return { state: 'created', reason, isDown: true };
  if (/^5/.test(reply) && isReply(code)) {
    const isOfAll = command === 'MAIL FROM' && !OF_THE_MESSAGE.test(reply);
    return isOfAll ? { state: 'created', reason, isDown: true } : { state: 'failed', reason };
  }
  // The server's own word on sizes, given before.
  if (code === 'EMESSAGE' && reply === '') return { state: 'failed', reason };
  const after = waitOf(reply);
  return { state: 'created', reason, ...(after === undefined ? {} : { after }) };
}

function isReply(code: string): boolean {
  return code === 'EENVELOPE' || code === 'EMESSAGE';
}

const NUMBERED: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Seconds that a server asks for: `for 300 seconds`, `in 5 minutes`, `in 00:04:59`. */
function waitOf(reply: string): number | undefined {
  if (!reply.startsWith('4')) return undefined;
  const [, hours, minutes, seconds] = /\b(\d{1,2}):([0-5]\d):([0-5]\d)\b/.exec(reply) ?? [];
  const [, count, unit = 's'] = /\b(\d{1,5}) ?(s|m|h)(?:ec|in|our|econd|inute)?s?\b/i.exec(reply) ?? [];
  const asked =
    hours === undefined
      ? Number(count) * (NUMBERED[unit.toLowerCase()] ?? 1)
      : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return Number.isNaN(asked) ? undefined : Math.min(asked, LONGEST_REST);
}

const SAID: Readonly<Record<string, string>> = {
  [LATE]: 'no answer in time',
  [FROZEN]: 'no answer while this program stood still',
  [CUT]: 'given up, since the program is ending',
  [GONE]: 'the connection was cut',
  ECONNECTION: 'the connection was cut',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'no answer in time',
  ECONNREFUSED: 'the connection is refused',
  EHOSTUNREACH: 'the server cannot be reached',
  ENETUNREACH: 'the server cannot be reached',
  EDNS: "the server's name is not found",
  ENOTFOUND: "the server's name is not found",
  EAI_AGAIN: "the server's name is not found",
  ESTREAM: 'answers that are out of step',
  EPROTOCOL: 'an answer that is none of SMTP',
};
/** Of OpenSSL and of Node for a certificate that is not what it has to be. */
const UNTRUSTED = /CERT|^SELF_SIGNED|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/;

function reasonOf({ stage, code, reply, command = '' }: Failure, address: string): string {
  if (reply !== undefined && /^AUTH/.test(command)) return `the login is refused (${codesOf(reply)})`;
  if (code === 'EAUTH') return 'the server takes no login that we have';
  if (command === 'STARTTLS') return `the server does not speak STARTTLS (${codesOf(reply ?? '')})`;
  if (UNTRUSTED.test(code)) {
    return `the server's certificate is not one to be trusted (${code}): look at SMTP_URL and SMTP_CA_FILE`;
  }
  const said = reply === undefined ? '' : wordsOf(reply, address);
  if (said !== '' && stage !== 'message') return said;
  if (code === 'EMESSAGE') return said === '' ? 'larger than the server takes' : said;
  const what = SAID[code] ?? `the connection failed (${code})`;
  return stage === 'message' ? `${what} after it was handed over` : what;
}

/** The codes alone: what a server says to a login may hold parts of it. */
function codesOf(reply: string): string {
  return /^\d{3}([ -]\d\.\d{1,3}\.\d{1,3})?/.exec(reply)?.[0].replace('-', ' ') ?? 'no code';
}

/** On one line, its codes once, without anybody's address, or names from it. */
function wordsOf(reply: string, address: string): string {
  const [, codes = ''] = /^(\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?)/.exec(reply) ?? [];
  const words = reply
    .split('\n')
    .map((line) => line.replace(/^\d{3}[ -]?(\d\.\d{1,3}\.\d{1,3})?/, ''))
    .join(' ');
  return shortened(`${codes.replace('-', ' ')} ${quoted(withoutName(words, address))}`.trim());
}

/** Servers name whom they do not know without the rest of the address. */
function withoutName(words: string, address: string): string {
  const local = address.slice(0, address.lastIndexOf('@'));
  const escaped = local.replace(/[.*+?^${}|/]/g, String.raw`\$&`);
  return local === ''
    ? words
    : words.replace(new RegExp(`(?<![\\p{L}\\d])${escaped}(?![\\p{L}\\d])`, 'giu'), '[email]');
}
