/**
 * The beacon "quicknet" of the League of Entropy (drand): every three seconds a round, a BLS signature that nobody can
 * know before and everyone can check after. Scheme `bls-unchained-g1-rfc9380`: the signature, a point of G1 of BLS12-381, is
 * over the SHA-256 of the round's number as eight bytes, big-endian; the round's randomness is the signature's SHA-256.
 */
import { createHash } from 'node:crypto';
import { GelombangError } from '../errors.ts';

/** What the chain publishes of itself: `GET /<chain hash>/info`. */
export const QUICKNET = {
  chainHash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  publicKey:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451' +
    '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  /** Time of round 1, seconds since 1970. */
  genesis: 1_692_803_367,
  /** Seconds from round to round. */
  period: 3,
} as const;

/** Of the hash to the curve, by RFC 9380. */
const DOMAIN = 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_';
const SIGNATURE = /^[0-9a-f]{96}$/;
const ROUND_BYTES = 8;
const MILLISECONDS = 1_000;

/** Whether a text has the form of a signature: 96 hex digits in lower case. */
export function isSignature(text: unknown): text is string {
  return typeof text === 'string' && SIGNATURE.test(text);
}

/** The first round that comes at a time (milliseconds since 1970) or after it. */
export function roundFrom(time: number): number {
  const { genesis, period } = QUICKNET;
  return Math.max(1, 1 + Math.ceil((time / MILLISECONDS - genesis) / period));
}

/** When a round comes, in milliseconds since 1970. */
export function timeOfRound(round: number): number {
  return (QUICKNET.genesis + (round - 1) * QUICKNET.period) * MILLISECONDS;
}

/** The 32 bytes of a round as 64 hex digits. @throws GelombangError INPUT_REFUSED for what has no form of a signature. */
export function randomnessOf(signature: string): string {
  if (!isSignature(signature))
    throw new GelombangError('INPUT_REFUSED', 'the signature of a round is 96 hex digits in lower case');
  return createHash('sha256').update(Buffer.from(signature, 'hex')).digest('hex');
}

/** Whether the signature is the chain's own of this round. Takes a third of a second, most of it to load the curve. */
export async function isSignatureOfRound(round: number, signature: string): Promise<boolean> {
  if (!isSignature(signature)) return false;
  const { bls12_381: curve } = await import('@noble/curves/bls12-381.js');
  const number = Buffer.alloc(ROUND_BYTES);
  number.writeBigUInt64BE(BigInt(round));
  const message = createHash('sha256').update(number).digest();
  const { shortSignatures: bls } = curve;
  try {
    return bls.verify(hexBytes(signature), bls.hash(message, DOMAIN), hexBytes(QUICKNET.publicKey));
  } catch {
    // No point of the curve.
    return false;
  }
}

function hexBytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}
