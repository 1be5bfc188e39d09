/** Times of day in Jakarta, where the service keeps its days and hours. */

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Ahead of UTC all year round. */
const JAKARTA = 7 * 60 * MINUTE;
/** By so much the service's clock may be behind ours: until then it still has the old day, and does not mean the next one. */
const LATE = 10 * MINUTE;

/**
 * When a service that is spent or shut now can be called again: at the next such time of day. Where that has just been,
 * once it must have come for the service as well.
 * @param time `HH:MM` in Jakarta.
 */
export function nextTimeOfDay(time: string, now: Date): Date {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const inDay = (hours * 60 + minutes) * MINUTE - JAKARTA;
  const last = Math.floor((now.getTime() - inDay) / DAY) * DAY + inDay;
  const again = last + LATE;
  return new Date(now.getTime() < again ? again : last + DAY);
}
