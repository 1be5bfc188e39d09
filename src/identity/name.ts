import { distance } from 'fastest-levenshtein';
import { withoutTitles } from './titles.ts';

/**
 * The form in which names are compared: upper case, letters without diacritics, nothing but letters, digits and
 * single spaces between words.
 */
export function cleanName(text: string): string {
  return cleaned(upperCased(text));
}

/**
 * How alike two names are, in whole percent: with m the length of the longer clean name in code points and d their
 * Levenshtein distance, floor(100 × (m − d) / m); 0 where both are empty. Compared once more without honorific and
 * academic titles, and the better of the two counts: titles can raise the similarity, never lower it.
 */
export function nameSimilarity(left: string, right: string): number {
  const [leftUpper, rightUpper] = [upperCased(left), upperCased(right)];
  const plain = similarity(cleaned(leftUpper), cleaned(rightUpper));
  if (plain === 100) return plain;
  const [leftBare, rightBare] = [bare(leftUpper), bare(rightUpper)];
  if (leftBare === leftUpper && rightBare === rightUpper) return plain;
  return Math.max(plain, similarity(cleaned(leftBare), cleaned(rightBare)));
}

/** Without titles, unless nothing would be left of the name. */
function bare(upper: string): string {
  const untitled = withoutTitles(upper);
  return cleaned(untitled) === '' ? upper : untitled;
}

/** Diacritics go by decomposition; composed again afterwards, so that a Hangul syllable stays one letter. */
function upperCased(text: string): string {
  const upper = text.toUpperCase().trim();
  return isAscii(upper)
    ? upper
    : upper
        .normalize('NFD')
        .replace(/\p{M}+/gu, '')
        .normalize('NFC');
}

function cleaned(upper: string): string {
  if (/^[A-Z0-9]+(?: [A-Z0-9]+)*$/.test(upper)) return upper;
  return upper
    .replace(/[^\p{L}\p{Nd}\s]+/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}

function similarity(left: string, right: string): number {
  const [leftUnits, rightUnits] = hasSurrogates(left + right) ? oneUnitEach(left, right) : [left, right];
  const longer = Math.max(leftUnits.length, rightUnits.length);
  if (longer === 0) return 0;
  return Math.floor((100 * (longer - distance(leftUnits, rightUnits))) / longer);
}

/**
 * The library counts UTF-16 code units, so that a letter beyond U+FFFF would count as two: each code point is given
 * a unit of its own, the same in both texts. No name has 65,536 different ones.
 */
function oneUnitEach(left: string, right: string): [string, string] {
  const units = new Map<string, string>();
  const unitOf = (point: string): string => {
    const known = units.get(point) ?? String.fromCharCode(units.size);
    units.set(point, known);
    return known;
  };
  return [Array.from(left, unitOf).join(''), Array.from(right, unitOf).join('')];
}

function hasSurrogates(text: string): boolean {
  return /[\uD800-\uDFFF]/.test(text);
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text);
}
