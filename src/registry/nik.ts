/** Which numbers can be a person's at all: for another one nobody is asked. */
import { isProvince } from '../policy/provinces.ts';

const DAY_OFFSET_OF_WOMEN = 40;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the sixteen digits, in halves of eight, name a province that there is and a day that some century has. */
export function isNik(high: number, low: number): boolean {
  const day = high % 100;
  const month = Math.floor(low / 1_000_000);
  const year = Math.floor(low / 10_000) % 100;
  const born = day > DAY_OFFSET_OF_WOMEN ? day - DAY_OFFSET_OF_WOMEN : day;
  // 1900 was no leap year, and 2000 was.
  const days = month === 2 && year % 4 !== 0 ? 28 : (DAYS[month - 1] ?? 0);
  return born >= 1 && born <= days && isProvince(String(Math.floor(high / 1_000_000)));
}
