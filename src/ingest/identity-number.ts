import { maskIdentity } from '../identity/mask.ts';

/** What a field for a NIK or a KK holds. */
export type IdentityNumber =
  | { readonly kind: 'digits'; readonly digits: string; readonly normalised: boolean }
  /** Scientific notation of a spreadsheet: the digits are lost. */
  | { readonly kind: 'scientific' }
  /** `found` says what is there, with no more digits than may be shown. */
  | { readonly kind: 'faulty'; readonly found: string };

const DIGITS = 16;
/** Measured faster than a loop over the characters, which are often a view into a larger text. */
const ONLY_DIGITS = /^[0-9]+$/;
/** Spaces that do not break are what spreadsheets and web pages leave between groups of digits. */
const SEPARATORS = /[ \u00a0\u2007\u202f.\-\u2010-\u2015]/g;
const SCIENTIFIC = /^[0-9]+(?:[.,][0-9]+)?e[+-]?[0-9]{1,3}$/i;
/** Letters that are taken for digits; which one was meant is for whoever typed it to say. */
const MISTAKEN: Readonly<Record<string, string>> = {
  O: '0',
  o: '0',
  l: '1',
  I: '1',
  i: '1',
  S: '5',
  B: '8',
  Z: '2',
};

/** Whether the text is nothing but 16 ASCII digits. */
function isIdentityNumber(text: string): boolean {
  return text.length === DIGITS && ONLY_DIGITS.test(text);
}

/** Takes away spaces, dots, dashes and one leading apostrophe, and nothing else: no digit is ever guessed. */
export function readIdentityNumber(field: string): IdentityNumber {
  if (isIdentityNumber(field)) return { kind: 'digits', digits: field, normalised: false };
  const trimmed = field
    .trim()
    .replace(/^['\u2019]/, '')
    .trim();
  if (SCIENTIFIC.test(trimmed.replace(/[ \u00a0]/g, ''))) return { kind: 'scientific' };
  const digits = trimmed.replace(SEPARATORS, '');
  if (isIdentityNumber(digits)) return { kind: 'digits', digits, normalised: true };
  return { kind: 'faulty', found: whatIsThere(digits) };
}

function whatIsThere(text: string): string {
  if (text === '') return 'blank';
  const characters = Array.from(text);
  const wrong = characters.findIndex((character) => character < '0' || character > '9');
  if (wrong === -1) return `${maskIdentity(text)} has ${count(text.length, 'digit')}`;
  return `${count(characters.length, 'character')}, of which number ${wrong + 1} is ${described(characters[wrong] ?? '')}`;
}

function described(character: string): string {
  if (/\p{Nd}/u.test(character)) return 'a digit of another script';
  const meant = MISTAKEN[character];
  if (meant !== undefined) return `the letter ${character} (is it a ${meant}?)`;
  if (/[\p{L}\p{M}]/u.test(character)) return 'a letter';
  return /[\p{C}\p{Z}]/u.test(character) ? 'not printable' : `"${character}"`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}
