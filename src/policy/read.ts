import { canonicalJson } from '../proof/canonical.ts';
import { sha256 } from '../proof/sha256.ts';
import { disagreements } from './agreement.ts';
import { LARGEST_POLICY } from './bounds.ts';
import { type Reading, readDocument, refused, syntaxFaults } from './document.ts';
import { faultsOfIssues, repeatedMembers } from './faults.ts';
import { guessedNumbers } from './numbers.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './schema.ts';

/** A policy with the text that stands for it wherever it is stored, published or hashed. */
export interface ReadPolicy {
  readonly policy: Policy;
  /** Canonical JSON (RFC 8785) with the defaults filled in: the same policy, the same text, however it was written. */
  readonly canonical: string;
  /** SHA-256 of the canonical text in UTF-8, as 64 hex digits. */
  readonly sha256: string;
}

/** A canonical form has all names and signs written out: more than a file with the same policy. */
const LARGEST_CANONICAL = 4 * LARGEST_POLICY;

type Bounds = Pick<Reading, 'place' | 'most'>;

/**
 * Reads a policy file: `text` is its content, `file` what it is called in messages.
 * Throws INPUT_REFUSED with every fault of the file, each with its line, and with the nearest known word for one that is
 * not known.
 */
export function readPolicy(text: string, file: string): ReadPolicy {
  return read(text, file, { place: (line) => `${file}:${line}`, most: LARGEST_POLICY });
}

/**
 * The same of a policy that is there as a plain value of JSON, one that was changed for example. It has no lines: `file`
 * is all that its faults say of their place.
 */
export function policyFromValue(value: unknown, file: string): ReadPolicy {
  return read(JSON.stringify(value) ?? '', file, { place: () => file, most: LARGEST_CANONICAL });
}

function read(text: string, file: string, bounds: Bounds): ReadPolicy {
  const reading = { file, kind: 'the policy', expected: 'the keys of a policy', ...bounds };
  const source = readDocument(text, reading);
  const given: Readonly<Record<string, unknown>> = source.document.toJS();
  const result = policySchema.safeParse(given);
  const issues = [...(result.error?.issues ?? []), ...disagreements(given)];
  const faults = [
    ...syntaxFaults(source),
    ...guessedNumbers(source),
    ...faultsOfIssues(issues, source),
    ...repeatedMembers(source),
  ];
  if (!result.success || faults.length > 0) throw refused(reading, faults);
  const policy: Policy = result.data;
  const canonical = canonicalJson(policy);
  return { policy, canonical, sha256: sha256(canonical, 'hex') };
}
