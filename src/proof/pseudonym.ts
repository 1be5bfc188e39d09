import { createHash } from 'node:crypto';
import { DIGEST_WORDS, Hashes, type WriteMessage, writeDigest } from './hashes.ts';

const BLOCK_BYTES = 64;
const WORD_BYTES = 4;

/** The first 64 bits of digests, in two halves. */
export interface Halves {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * The pseudonyms of households, see `householdOf`: HMAC (RFC 2104) as the two hashes that it is made of, each behind a
 * block that the key gives.
 * @param longest Bytes of the longest message.
 */
export function pseudonymsOf(key: Uint8Array, longest: number, count: number, write: WriteMessage): Halves {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? createHash('sha256').update(key).digest() : key);
  const inner = new Hashes(
    longest,
    block.map((byte) => byte ^ 0x36),
  );
  const outer = new Hashes(
    DIGEST_WORDS * WORD_BYTES,
    block.map((byte) => byte ^ 0x5c),
  );
  const digests = inner.digestsOf(count, write);
  outer.digestsOf(count, (message, _, at, view) => writeDigest(digests, message, view, at), digests);
  return { high: wordOfEach(digests, 0, count), low: wordOfEach(digests, 1, count) };
}

function wordOfEach(digests: Uint32Array, word: number, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let place = 0; place < count; place++) words[place] = digests[place * DIGEST_WORDS + word] as number;
  return words;
}
