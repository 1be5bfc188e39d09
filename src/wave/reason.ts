import { GelombangError } from '../errors.ts';
import { redact } from '../redact.ts';

const LONGEST_REASON = 1_000;

/**
 * Why an operator did something, as it is kept and published with the wave.
 * @throws GelombangError INPUT_REFUSED for one that not everyone may read.
 */
export function publishableReason(given: string): string {
  const text = given.trim();
  const refused = (what: string) =>
    new GelombangError('INPUT_REFUSED', what, { next: 'Give a reason that everyone may read.' });
  if (text === '') throw refused('a reason is needed: it is published with the wave');
  if (text.length > LONGEST_REASON) throw refused(`the reason is longer than ${LONGEST_REASON} characters`);
  if (/[^\P{C}\n]/u.test(text)) throw refused('the reason holds control characters');
  if (redact(text) !== text) throw refused('the reason is published, and holds what identifies a person');
  return text;
}
