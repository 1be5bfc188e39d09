/** Telephone numbers as a gateway takes them. */

/** Written between groups of digits. */
const BETWEEN = /[\s\u00a0.()\-\u2010-\u2013]/g;

/** A mobile number of Indonesia: 8 and eight to eleven digits more. Many write the 0 behind the country's code too. */
const MOBILE = /^(?:\+?620?|0)(8\d{8,11})$/;

/**
 * E.164, such as `+6281234567890`, of what was written as `+62…`, `62…` or `08…`.
 * @returns Undefined for what is no mobile number of Indonesia: nobody else is sent one.
 */
export function e164(written: string): string | undefined {
  const [, number] = MOBILE.exec(written.replace(BETWEEN, '')) ?? [];
  return number === undefined ? undefined : `+62${number}`;
}
