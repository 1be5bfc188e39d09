/** The hours in which nobody is written to, by the recipient's own clock. */
import type { QuietHours } from './settings.ts';

/** Hours ahead of UTC: Western, Central and Eastern Indonesian Time. None of them changes in summer. */
const WIB = 7;
const WITA = 8;
const WIT = 9;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

/** Provinces of Kalimantan in the west; the others by the first digit of their code (Keputusan Presiden 41/1987). */
const WESTERN_KALIMANTAN = new Set(['61', '62']);
const ZONES: Readonly<Record<string, number>> = {
  1: WIB,
  2: WIB,
  3: WIB,
  5: WITA,
  6: WITA,
  7: WITA,
  8: WIT,
  9: WIT,
};

/** Of a province by its code of two digits; that of Jakarta where there is no such province. */
function zoneOf(province: string): number {
  if (WESTERN_KALIMANTAN.has(province)) return WIB;
  return ZONES[province.charAt(0)] ?? WIB;
}

/**
 * The moment at which the hours that are quiet now end for people of the province; undefined where they are not.
 * @param now Milliseconds since 1970.
 */
export function quietUntil(now: number, province: string, { from, to }: QuietHours): number | undefined {
  const ahead = zoneOf(province) * HOUR;
  const midnight = Math.floor((now + ahead) / DAY) * DAY - ahead;
  const minute = Math.floor((now - midnight) / MINUTE);
  const isQuiet = from <= to ? from <= minute && minute < to : minute >= from || minute < to;
  if (!isQuiet) return undefined;
  const end = midnight + to * MINUTE;
  return end > now ? end : end + DAY;
}
