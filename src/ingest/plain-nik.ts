/** A NIK or KK that is written as nothing but its digits, from the bytes of a file. */
import { eightDigits, NO_NUMBER } from './byte-values.ts';

const IDENTITY_DIGITS = 16;
/** Eight of a digit are this times the digit. */
const ONES = 11_111_111;

export interface NikNumbers {
  nikHigh: number;
  nikLow: number;
}

export interface KkNumbers {
  /** Both 0 where none is given. */
  kkHigh: number;
  kkLow: number;
}

/** Reads the NIK that fills these bytes; false where they hold anything else, or anything more. */
export function readPlainNik(bytes: Uint8Array, from: number, to: number, into: NikNumbers): boolean {
  into.nikHigh = eightDigits(bytes, from);
  into.nikLow = eightDigits(bytes, from + 8);
  return to - from === IDENTITY_DIGITS && into.nikHigh !== NO_NUMBER && into.nikLow !== NO_NUMBER;
}

/** The same of a KK that need not be given: a blank or one digit throughout stand for no family. */
export function readPlainKk(bytes: Uint8Array, from: number, to: number, into: KkNumbers): boolean {
  const isBlank = from === to;
  const high = isBlank ? 0 : eightDigits(bytes, from);
  const low = isBlank ? 0 : eightDigits(bytes, from + 8);
  const isOneDigit = high === low && high % ONES === 0;
  into.kkHigh = isOneDigit ? 0 : high;
  into.kkLow = isOneDigit ? 0 : low;
  return isBlank || (to - from === IDENTITY_DIGITS && high !== NO_NUMBER && low !== NO_NUMBER);
}
