import { createHash } from 'node:crypto';
import { sha256, wordOfDigest, writeDigest } from './sha256.ts';

const BLOCK = 64;
const DIGEST = 32;

/**
 * The pseudonyms of households, see `householdOf`: HMAC (RFC 2104) as the two hashes that it is made of, with one buffer
 * for all. The library's own HMAC takes three times as long for a message of this size.
 */
export class Pseudonyms {
  /** Where the bytes of the next message are to be written. */
  readonly message: Uint8Array;
  readonly #inner: Buffer;
  readonly #outer: Buffer;

  /** @param messageLength Bytes of every message. */
  constructor(key: Uint8Array, messageLength: number) {
    const block = Buffer.alloc(BLOCK);
    block.set(key.length > BLOCK ? createHash('sha256').update(key).digest() : key);
    this.#inner = Buffer.concat([block.map((byte) => byte ^ 0x36), Buffer.alloc(messageLength)]);
    this.#outer = Buffer.concat([block.map((byte) => byte ^ 0x5c), Buffer.alloc(DIGEST)]);
    this.message = this.#inner.subarray(BLOCK);
  }

  /** The first 64 bits of the HMAC of the message, in two halves. */
  halves(): [high: number, low: number] {
    writeDigest(sha256(this.#inner, 'binary'), this.#outer, BLOCK);
    const digest = sha256(this.#outer, 'binary');
    return [wordOfDigest(digest, 0), wordOfDigest(digest, 4)];
  }
}
