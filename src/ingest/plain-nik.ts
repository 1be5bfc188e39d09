/** A NIK that is written as nothing but its digits, from the bytes of a file. */
import { eightDigits, NO_NUMBER } from './byte-values.ts';

export const IDENTITY_DIGITS = 16;

export interface NikNumbers {
  nikHigh: number;
  nikLow: number;
}

/** Reads the NIK that fills these bytes; false where they hold anything else, or anything more. */
export function readPlainNik(bytes: Uint8Array, from: number, to: number, into: NikNumbers): boolean {
  into.nikHigh = eightDigits(bytes, from);
  into.nikLow = eightDigits(bytes, from + 8);
  return to - from === IDENTITY_DIGITS && into.nikHigh !== NO_NUMBER && into.nikLow !== NO_NUMBER;
}
