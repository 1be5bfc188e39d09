/** What is kept of another's words: they may hold whatever they were told about somebody. */
import { redact } from '../redact.ts';

/** Characters. */
export const LONGEST_QUOTE = 200;
/** Characters that are looked at. */
const LOOKED_AT = 2_000;

/** Digits, however they are spaced out, that are enough to call somebody. */
const NUMBER = /\+?\d(?:[\s().\-\u2010-\u2013]{0,3}\d){5,}/g;

/** On one line and not longer than a quote may be; what may be somebody's address or number, or a page, is masked. */
export function quoted(text: string): string {
  const line = text.slice(0, LOOKED_AT).replace(/[\p{C}\s]+/gu, ' ');
  const masked = line
    .replace(/https?:\/\/\S+/gi, '[page]')
    .replace(/\S+@\S+/g, '[email]')
    .replace(NUMBER, '[number]');
  return redact(masked).trim().slice(0, LONGEST_QUOTE);
}
