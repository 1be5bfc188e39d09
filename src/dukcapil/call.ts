/** What a call brings: an answer about the person, a reason to stop or to pause, or nothing. */
import type { Line } from '../http/line.ts';
import { CUT, type Passing, type Reply, TOO_LATE, TOO_LONG } from '../http/post.ts';
import type { Question } from '../registry/question.ts';
import type { ServiceAnswer } from './caller.ts';
import { pauseSentence, stopSentence } from './codes.ts';
import type { DukcapilSettings } from './settings.ts';
import { bodyOf, readAnswer } from './wire.ts';

export type Brought =
  | { readonly kind: 'answer'; readonly answer: ServiceAnswer }
  | { readonly kind: 'stop' | 'day' | 'hours'; readonly why: string }
  /** `hold`: milliseconds for which the service wants to be left alone; `isReply`: it did say something. */
  | { readonly kind: 'none'; readonly why: string; readonly hold?: number; readonly isReply?: boolean };

/** Milliseconds; a service that asks for more is asked again all the same. */
const LONGEST_HOLD = 60_000;

const HEADERS = { 'content-type': 'application/json', accept: 'application/json' };

/** It never rejects. */
export async function call(
  line: Line,
  settings: DukcapilSettings,
  { question, passing }: { readonly question: Question; readonly passing: Passing },
): Promise<Brought> {
  const { pathname: path } = new URL(settings.url);
  const reply = await line.post({ path, headers: HEADERS, body: bodyOf(settings, question) }, passing).reply;
  if (reply.kind === 'nothing') return nothing(reply.code, settings.timeout);
  if (reply.status < 200 || reply.status >= 300) return refused(reply);
  const reading = readAnswer(reply.text ?? '', settings.codes, question);
  switch (reading.kind) {
    case 'stop':
      return { kind: 'stop', why: stopSentence(reading.code) };
    case 'day':
    case 'hours':
      return { kind: reading.kind, why: pauseSentence(reading.kind, reading.code) };
    case 'none':
      return { ...reading, isReply: true };
    default:
      return reading;
  }
}

const ADDRESS = 'look at DUKCAPIL_URL';
const STATUS_STOPS: Readonly<Record<number, string>> = {
  401: 'look at DUKCAPIL_USER_ID and DUKCAPIL_PASSWORD, and whether something before the service wants a login of its own',
  403: 'look at DUKCAPIL_URL and DUKCAPIL_IP_USER, and whether this machine may call from its address',
};

function refused({ status, retryAfter }: Extract<Reply, { kind: 'reply' }>): Brought {
  const why = `HTTP status ${status}`;
  if (status === 429) return { kind: 'none', why, hold: holdOf(retryAfter) };
  if (status === 408 || status >= 500) return { kind: 'none', why };
  if (status < 400) {
    const where = 'where the credentials are not sent';
    return { kind: 'stop', why: `Dukcapil's address leads elsewhere (${why}), ${where}: ${ADDRESS}` };
  }
  return { kind: 'stop', why: `Dukcapil refuses the call (${why}): ${STATUS_STOPS[status] ?? ADDRESS}` };
}

/**
 * Milliseconds for which a service wants to be left alone.
 * @param retryAfter The header: seconds, or a date; 0 for anything else.
 */
export function holdOf(retryAfter = '', now = Date.now()): number {
  const given = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isNaN(given) ? 0 : Math.min(Math.max(given, 0), LONGEST_HOLD);
}

const NOTHING: Readonly<Record<string, string>> = {
  [TOO_LONG]: 'an answer that is too long',
  [CUT]: 'no answer in time',
  ECONNREFUSED: 'the connection is refused',
  ENOTFOUND: "the address's name is not found",
  EAI_AGAIN: "the address's name is not found",
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};
const CUT_OFF = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH'];
const LATE = [TOO_LATE, 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];
/** Of TLS: not one that will be another the next time. */
const UNTRUSTED = /CERT|^UNABLE_TO_(GET|VERIFY)|^HOSTNAME_MISMATCH$/;

function nothing(code: string, timeout: number): Brought {
  if (UNTRUSTED.test(code)) {
    const why = `Dukcapil's certificate is not one to be trusted (${code}): ${ADDRESS}; an authority of one's own is named in NODE_EXTRA_CA_CERTS`;
    return { kind: 'stop', why };
  }
  if (LATE.includes(code)) return { kind: 'none', why: `no whole answer within ${timeout / 1000} s` };
  if (CUT_OFF.includes(code)) return { kind: 'none', why: 'the connection was cut' };
  return { kind: 'none', why: NOTHING[code] ?? `the call failed (${code})` };
}
