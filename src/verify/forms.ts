/** Forms of the values that draw.json has. */

export const PROVINCES = 'province codes with their seats';

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** Province code → seats, or weights. */
export function areSeats(regions: unknown): regions is Record<string, number> {
  return (
    isObject(regions) &&
    Object.entries(regions).every(([code, seats]) => /^\d{2}$/.test(code) && isCount(seats))
  );
}

export function areTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string');
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z$/;

/** A time as an export writes it, in milliseconds since 1970; undefined for anything else. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
