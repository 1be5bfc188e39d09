/**
 * Where things stand in a line of the results, as it is recorded: registration number, NIK, outcome and so on. Of the NIK it
 * shows the first six and the last four digits; the six between are kept beside the lines, sealed.
 */
import { writeDigits } from '../columns/identity.ts';

/** From the comma behind the registration number to the first letter of the outcome: sixteen digits and the commas around them. */
export const TO_OUTCOME = 18;

/** Of the NIK, the first digit that is not shown, and the one after the last. */
const FIRST_HIDDEN = 6;
const END_HIDDEN = 12;

const STAR = 0x2a;
const ZERO = 0x30;
/** Of the high eight digits two are not shown, and of the low ones four: those before the last four. */
const HIGH = 100;
const LOW = 10_000;

/** The digits that are not shown, as one number. */
export function hiddenOf(nikHigh: number, nikLow: number): number {
  return (nikHigh % HIGH) * LOW + Math.floor(nikLow / LOW);
}

/** Writes a NIK as it is shown; gives the position after it. */
export function writeMasked(nikHigh: number, nikLow: number, to: Uint8Array, at: number): number {
  const end = writeDigits(nikHigh, nikLow, to, at);
  for (let digit = FIRST_HIDDEN; digit < END_HIDDEN; digit++) to[at + digit] = STAR;
  return end;
}

/** Writes the digits that are not shown into a NIK that stands at a position. */
export function writeHidden(hidden: number, to: Uint8Array, at: number): void {
  let rest = hidden;
  for (let digit = END_HIDDEN - 1; digit >= FIRST_HIDDEN; digit--) {
    const tenth = (rest / 10) | 0;
    to[at + digit] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
}
