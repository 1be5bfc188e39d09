import { OUTCOMES } from '../proof/seats.ts';

const COMMA = 0x2c;
const STAR = 0x2a;
const ZERO = 0x30;
const NIK_DIGITS = 16;
const FIRST_HIDDEN = 6;
const END_HIDDEN = 12;

/** What stands between the NIK and the tier of a line that has no reasons, by place in `OUTCOMES`. */
const BETWEEN = OUTCOMES.map((outcome) => Buffer.from(`,${outcome},,`));

/** What a line must say. */
interface Expected {
  /** Place in `OUTCOMES`. */
  readonly outcome: number;
  readonly tier: number;
  /** 0 where there is none. */
  readonly rank: number;
}

/**
 * Whether a line of results.csv says of a member of the pool what it must, looked at where it stands, which most lines
 * do. What is wrong with one that does not is said elsewhere.
 * @param start Where its NIK begins.
 */
export function saysAsDrawn(
  bytes: Uint8Array,
  start: number,
  end: number,
  { outcome, tier, rank }: Expected,
): boolean {
  if (!isNik(bytes, start, end)) return false;
  const between = BETWEEN[outcome] as Buffer;
  let at = start + NIK_DIGITS;
  for (let byte = 0; byte < between.length; byte++, at++) if (bytes[at] !== between[byte]) return false;
  at = behindCount(bytes, at, tier);
  if (at === -1 || bytes[at] !== COMMA) return false;
  at++;
  return rank === 0 ? at === end : behindCount(bytes, at, rank) === end;
}

/** Sixteen digits, or six, six stars and four. */
function isNik(bytes: Uint8Array, start: number, end: number): boolean {
  if (start + NIK_DIGITS > end) return false;
  const masked = bytes[start + FIRST_HIDDEN] === STAR;
  for (let at = 0; at < NIK_DIGITS; at++) {
    const byte = bytes[start + at] as number;
    const isHidden = masked && at >= FIRST_HIDDEN && at < END_HIDDEN;
    if (isHidden ? byte !== STAR : byte < ZERO || byte > ZERO + 9) return false;
  }
  return true;
}

/** The place behind a number that stands at another in decimal digits; -1 if something else stands there. */
function behindCount(bytes: Uint8Array, start: number, count: number): number {
  let digit = 1;
  while (digit * 10 <= count) digit *= 10;
  let at = start;
  for (let rest = count; digit >= 1; digit = Math.floor(digit / 10), at++) {
    const value = Math.floor(rest / digit);
    if (bytes[at] !== ZERO + value) return -1;
    rest -= value * digit;
  }
  return at;
}
