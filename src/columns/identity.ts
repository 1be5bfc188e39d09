/**
 * NIK and KK as two numbers of eight digits each: sixteen digits are beyond what one number holds exactly
 * (Papua's begin with 91 to 96).
 */
const HALF = 100_000_000;

/**
 * Into how many buckets the people of a wave, of the registry and of the lists are dealt by NIK, so that the same
 * person is in the same bucket everywhere. A prime: the last digits of a NIK are a serial number that is small as a rule.
 * Kept with the data: it cannot be changed for data that is there.
 */
export const BUCKETS = 251;

const HALF_REST = HALF % BUCKETS;

/** The rest of the sixteen digits divided by `BUCKETS`; of a NIK its bucket. */
export function bucketOf(high: number, low: number): number {
  return ((high % BUCKETS) * HALF_REST + low) % BUCKETS;
}

/** The high and the low eight digits of a NIK or KK given as text. */
export function halvesOf(digits: string): [high: number, low: number] {
  return [Number(digits.slice(0, 8)), Number(digits.slice(8))];
}

export function digitsOf(high: number, low: number): string {
  return String(high).padStart(8, '0') + String(low).padStart(8, '0');
}

/** Writes the sixteen digits; gives the position after them. */
export function writeDigits(high: number, low: number, to: Uint8Array, at: number): number {
  writeHalf(high, to, at);
  writeHalf(low, to, at + 8);
  return at + 16;
}

function writeHalf(half: number, to: Uint8Array, at: number): void {
  let rest = half;
  for (let place = at + 7; place >= at; place--) {
    // Below 2^27, so that the arithmetic is that of 32-bit integers.
    const tenth = (rest / 10) | 0;
    to[place] = 0x30 + rest - 10 * tenth;
    rest = tenth;
  }
}
