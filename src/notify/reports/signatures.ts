/** Who sends reports proves that they know a secret; compared in a time that says nothing of it. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds by which the sender's clock may be off, either way. */
const MOST_SECONDS = 300;

/** @returns What is wrong, in words for whoever sent it; undefined where nothing is. */
export function genericFault(
  secret: string,
  { signature = '', timestamp = '' }: { readonly signature?: string; readonly timestamp?: string },
  body: Buffer,
): string | undefined {
  if (!/^\d{1,12}$/.test(timestamp)) return 'X-Timestamp is missing: seconds since 1970';
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > MOST_SECONDS)
    return `X-Timestamp is off by more than ${MOST_SECONDS} s`;
  const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return isSame(signature.toLowerCase(), `sha256=${expected}`) ? undefined : 'X-Signature is not ours';
}

/** @param url In full, as Twilio was told it. */
export function twilioFault(
  token: string,
  { signature = '', url }: { readonly signature?: string; readonly url: string },
  parameters: URLSearchParams,
): string | undefined {
  const sorted = new URLSearchParams(parameters);
  sorted.sort();
  const signed = [...sorted].reduce((text, [name, value]) => `${text}${name}${value}`, url);
  const expected = createHmac('sha1', token).update(signed).digest('base64');
  return isSame(signature, expected) ? undefined : 'X-Twilio-Signature is not ours';
}

/** Of any length: hashes of both are compared. */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [given, expected].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
