/** What the registry is asked about one person, as it is sent; and the hash under which the answer is kept. */
import { createHmac } from 'node:crypto';
import { dateOfDay, textOfDate } from '../columns/calendar.ts';
import { digitsOf } from '../columns/identity.ts';
import { textAt } from '../columns/layout.ts';
import type { Applications } from '../wave/people.ts';

export interface Question {
  readonly nik: string;
  readonly kk: string;
  /** In capitals, as the registry has names. */
  readonly fullName: string;
  /** `YYYY-MM-DD`. */
  readonly birthDate: string;
  /** Least similarity of the names for which the service says that they are the same, in percent. */
  readonly threshold: number;
}

export function questionOf({ of }: Applications, row: number, threshold: number): Question {
  return {
    nik: digitsOf(of.nikHigh[row] as number, of.nikLow[row] as number),
    kk: digitsOf(of.kkHigh[row] as number, of.kkLow[row] as number),
    fullName: textAt(of.fullName, row).trim().replace(/\s+/gu, ' ').toUpperCase(),
    birthDate: textOfDate(dateOfDay(of.birthDay[row] as number)),
    threshold,
  };
}

/**
 * HMAC-SHA-256 over all that is asked, 32 bytes: the same question has the same hash in every wave.
 * @param key Of the installation: without it, all NIKs there can be could be tried.
 */
export function hashOf(key: Uint8Array, { nik, kk, fullName, birthDate, threshold }: Question): Buffer {
  return createHmac('sha256', key).update([nik, kk, birthDate, threshold, fullName].join('\n')).digest();
}
