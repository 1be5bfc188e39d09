import { createHmac } from 'node:crypto';
import { GelombangError } from '../errors.ts';
import { sha256 } from './sha256.ts';

const HEX_64 = /^[0-9a-f]{64}$/;
const HOUSEHOLD_DIGITS = 16;

/**
 * The seed of the draw: SHA-256 of the ASCII text `<pool root>:<entropy>`, both 64 hex digits in lower case.
 * Returns 64 hex digits. Throws INPUT_REFUSED where one of them is in another form: read by two people in two
 * ways, it would give two draws.
 */
export function seedOf(poolRootHex: string, entropyHex: string): string {
  return sha256(`${hex64(poolRootHex, 'pool root')}:${hex64(entropyHex, 'entropy')}`, 'hex');
}

/**
 * What is published when a wave is opened, so that its secret entropy cannot be chosen later: SHA-256 of the
 * *text* of the entropy (64 hex digits in lower case, as ASCII), not of the 32 bytes that it stands for; anyone can check it
 * with `printf %s ENTROPY | sha256sum`. Returns 64 hex digits; throws INPUT_REFUSED like `seedOf`.
 */
export function commitmentOf(entropyHex: string): string {
  return sha256(hex64(entropyHex, 'entropy'), 'hex');
}

/** Ticket j (from 1) of an application: SHA-256 of `<seed>:<registration_no>:<j>`, as 64 hex digits. */
export function ticket(seedHex: string, registrationNo: string, j: number): string {
  return sha256(`${seedHex}:${registrationNo}:${j}`, 'hex');
}

/**
 * The draw of an application: the smallest of its tickets 1 … `tickets`, as 64 hex digits. Digits in lower case
 * sort as the 32 bytes do, so draws are compared as texts.
 */
export function drawOf(seedHex: string, registrationNo: string, tickets: number): string {
  let smallest = ticket(seedHex, registrationNo, 1);
  for (let j = 2; j <= tickets; j++) {
    const next = ticket(seedHex, registrationNo, j);
    if (next < smallest) smallest = next;
  }
  return smallest;
}

/**
 * What stands for a household in the pool: the first 16 hex digits of HMAC-SHA-256(the wave's household key, KK).
 * The key is never published: without it, the 10^16 possible KK could be tried one by one.
 */
export function householdOf(key: Uint8Array, kk: string): string {
  return createHmac('sha256', key).update(kk).digest('hex').slice(0, HOUSEHOLD_DIGITS);
}

function hex64(text: string, what: string): string {
  if (HEX_64.test(text)) return text;
  throw new GelombangError('INPUT_REFUSED', `the ${what} is not 64 hex digits in lower case`, {
    next: `Give the ${what} as 32 bytes in hex, for example from \`openssl rand -hex 32\`.`,
  });
}
