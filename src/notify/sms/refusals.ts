/** What an answer that takes nothing means for the notice, and what may be kept of its words. */
import { LONGEST_REST, type Receipt } from '../port.ts';
import { quoted, shortened } from '../quoted.ts';
import type { Answer } from './api.ts';

/** Seconds after which a request that is under way already is done with. */
const UNDER_WAY = 5;

/** The message as it stands is refused, whatever else the answer says. */
const OF_THE_MESSAGE = [400, 413, 422];

/** What a provider's answer says of an error, beside the status. */
export interface Refusal {
  readonly code: string | undefined;
  readonly message: string | undefined;
}

/** @param keepsKeys Whether the same message under the same key goes out once, however often it is handed over. */
export function refused(answer: Answer, { code, message }: Refusal, keepsKeys: boolean): Receipt {
  const { status } = answer;
  const after = restOf(answer.retryAfter);
  const created = (words: string, more: object = {}): Receipt => {
    return { state: 'created', reason: reasonOf(status, words), ...after, ...more };
  };
  if (status < 400) return created('leads elsewhere: look at SMS_URL', { isDown: true });
  if ([401, 402, 403, 407].includes(status)) return created(MENDED[status] ?? '', { isDown: true });
  // Who names a time means all that comes before it; who names none may mean this one message.
  if (status === 429 && after.after !== undefined) return created('wants less', { isDown: true });
  if (status === 408 || status === 425 || status === 429) return created('not taken now');
  if (status === 409 && keepsKeys) return created('under way already', { after: UNDER_WAY });
  if (status === 503) return created('takes nothing now', { isDown: true });
  if (status === 409 || status >= 500)
    return keepsKeys ? created('not known to be taken') : unknown(status, 'not known to be taken');
  // Any other server says so too of what it does not know: the address is wrong then, and no reader is.
  if (code === undefined && !OF_THE_MESSAGE.includes(status))
    return created('not as a gateway answers: look at SMS_URL', { isDown: true });
  return { state: 'failed', reason: reasonOf(status, code, message) };
}

const MENDED: Readonly<Record<number, string>> = {
  401: 'look at SMS_TOKEN',
  402: "the account's credit is spent",
  403: 'look at SMS_TOKEN and what its account may',
  407: 'a proxy is in between: look at SMS_URL',
};

export function unknown(status: number, words: string): Receipt {
  return { state: 'unknown', reason: reasonOf(status, words) };
}

/** `422 INVALID_NUMBER The number is none`, as long as a quote may be. */
export function reasonOf(status: number, ...words: readonly (string | undefined)[]): string {
  const said = words.filter((word) => word !== undefined && word !== '').join(' ');
  return shortened(`${status} ${quoted(said)}`.trim());
}

/** @param retryAfter The header: seconds, or a date; anything else says nothing. */
export function restOf(retryAfter = '', now = Date.now()): { readonly after?: number } {
  const text = retryAfter.trim();
  const given = /^\d+$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1000);
  return Number.isNaN(given) ? {} : { after: Math.min(Math.max(given, 0), LONGEST_REST) };
}

/** A good status with anything behind it that is not what a gateway says: a page of a proxy, of a portal, of somebody else. */
export function notAnswered({ status, text }: Answer): Receipt {
  return unknown(
    status,
    text === undefined ? 'the answer did not come whole' : 'not as a gateway answers: look at SMS_URL',
  );
}

export type Fields = Readonly<Record<string, unknown>>;

/** Of a JSON object; undefined for anything else. */
export function objectOf(text: string | undefined): Fields | undefined {
  try {
    const value: unknown = JSON.parse((text ?? '').trim());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A word or a number as a short text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  return text === '' ? undefined : text;
}

/** How the other side names a message. */
export function referenceOf(value: unknown): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[\x21-\x7e]{1,100}$/.test(text) ? text : undefined;
}
