/** What is kept of another's words: they may hold whatever they were told about somebody. */
import { redact } from '../redact.ts';

/** Characters. */
const LONGEST_QUOTE = 200;
/** Characters that are looked at. */
const LOOKED_AT = 2_000;

/** Digits, however they are spaced out, that are enough to call somebody. */
const NUMBER = /\+?\d(?:[\s().\-\u2010-\u2013]{0,3}\d){5,}/g;

/** Also as it stands in addresses of pages and of bounces. */
const EMAIL = /\S*(?:@|%40|=40(?=[a-z][a-z0-9-]*\.))\S*/gi;

/** On one line and not longer than a quote may be; what may be somebody's address or number, or a page, is masked. */
export function quoted(text: string): string {
  const line = text.slice(0, LOOKED_AT).replace(/[\p{C}\s]+/gu, ' ');
  const masked = line
    .replace(/https?:\/\/\S+/gi, '[page]')
    .replace(EMAIL, '[email]')
    .replace(NUMBER, '[number]');
  return shortened(redact(masked).trim());
}

/** As long as a quote may be, and seen to be cut where it is. */
export function shortened(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE - 1)}…`;
}
