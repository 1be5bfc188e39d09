import { sha256 } from '../proof/sha256.ts';

const COLON = 0x3a;
const ZERO = 0x30;
const SEED_DIGITS = 64;
const LONGEST_NUMBER = 32;
const LONGEST_COUNT = 9;
const LEAF_PREFIX = 0;

/** Messages that are hashed one after the other, each written over the one before: a buffer of its own takes as long as the hash. */
class Message {
  readonly bytes: Buffer;
  /** The beginnings of `bytes` by their length. */
  readonly #views: Buffer[] = [];

  constructor(longest: number) {
    this.bytes = Buffer.alloc(longest);
  }

  /** SHA-256 of the first bytes, one character a byte. */
  hash(length: number): string {
    this.#views[length] ??= this.bytes.subarray(0, length);
    return sha256(this.#views[length], 'binary');
  }
}

/** The draws of a wave. What is computed is `drawOf`, for registration numbers where they stand. */
export class Draws {
  readonly #message = new Message(SEED_DIGITS + 2 + LONGEST_NUMBER + LONGEST_COUNT);

  constructor(seedHex: string) {
    this.#message.bytes.write(`${seedHex}:`);
  }

  /** The smallest of the tickets, one character a byte: such texts sort as their bytes do. */
  drawOf(bytes: Uint8Array, start: number, end: number, tickets: number): string {
    const message = this.#message.bytes;
    let at = SEED_DIGITS + 1;
    for (let from = start; from < end; from++) message[at++] = bytes[from] as number;
    message[at++] = COLON;
    let smallest = this.#ticket(1, at);
    for (let ticket = 2; ticket <= tickets; ticket++) {
      const next = this.#ticket(ticket, at);
      if (next < smallest) smallest = next;
    }
    return smallest;
  }

  #ticket(ticket: number, at: number): string {
    if (ticket > 9) return this.#message.hash(at + this.#message.bytes.write(String(ticket), at));
    this.#message.bytes[at] = ZERO + ticket;
    return this.#message.hash(at + 1);
  }
}

/** The hashes of leaves where they stand, see `leafHash`. */
export class Leaves {
  #message = new Message(256);

  /** One character a byte. */
  hashOf(bytes: Uint8Array, start: number, end: number): string {
    const length = 1 + end - start;
    if (length > this.#message.bytes.length) this.#message = new Message(2 * length);
    const message = this.#message.bytes;
    message[0] = LEAF_PREFIX;
    for (let at = 1, from = start; from < end; at++, from++) message[at] = bytes[from] as number;
    return this.#message.hash(length);
  }
}
