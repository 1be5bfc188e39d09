/** Whole numbers as decimal digits, written where they are to stand: no text an amount. */

/** @param number From 0 on, below 2^31. Gives the position after the digits. */
export function writeDecimal(number: number, to: Uint8Array, at: number): number {
  let end = at + 1;
  for (let rest = (number / 10) | 0; rest > 0; rest = (rest / 10) | 0) end++;
  let rest = number | 0;
  for (let place = end - 1; place >= at; place--) {
    const tenth = (rest / 10) | 0;
    to[place] = 0x30 + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}
