/**
 * SHA-256 of many short messages at once, four side by side: a quarter to a third of what the library takes, most of which
 * is for the call (0.7 µs and more a message). Who checks a draw goes on with the library (see `sha256`), so that what
 * was hashed here is checked by another implementation.
 */

import { loadModule, type OneFunction } from '../wasm/module.ts';
import { initialState, roundConstants } from './lanes/compression.ts';
import { BLOCK_BYTES, LANES, MOST_MESSAGES, PLACES, SLOTS_BYTES, sha256Lanes } from './lanes/sha256-lanes.ts';

/** Words of a digest, the first of them its first four bytes. */
export const DIGEST_WORDS = 8;

/**
 * Writes a message from a place on and gives the place after it. All bytes there are 0 before, and those behind the message
 * must be so afterwards. The view is of the same bytes. Must not have anything else hashed meanwhile: the place is one
 * for all of a thread.
 */
export type WriteMessage = (message: number, to: Uint8Array, at: number, view: DataView) => number;

const WORD_BYTES = 4;
/** A byte that ends the message, and its length in bits. */
const LEAST_PADDING = 9;
const END_OF_MESSAGE = 0x80;

/** Writes one of digests as its bytes; gives the place after it. */
export function writeDigest(digests: Uint32Array, place: number, to: DataView, at: number): number {
  for (let word = 0; word < DIGEST_WORDS; word++) {
    to.setUint32(at + word * WORD_BYTES, digests[place * DIGEST_WORDS + word] as number);
  }
  return at + DIGEST_WORDS * WORD_BYTES;
}

/** Hashes messages that begin alike and are not longer than so many bytes. */
export class Hashes {
  readonly #lanes = loadedLanes();
  readonly #start: Uint32Array;
  readonly #beginningBytes: number;
  readonly #longest: number;
  readonly #slotBytes: number;

  /**
   * @param longest Bytes of the longest message, without the beginning.
   * @param beginning What stands before each message: whole blocks of 64 bytes, hashed once.
   */
  constructor(longest: number, beginning: Uint8Array = new Uint8Array()) {
    this.#slotBytes = blocksFor(longest + LEAST_PADDING) * BLOCK_BYTES;
    this.#longest = longest;
    this.#beginningBytes = beginning.length;
    if (beginning.length % BLOCK_BYTES !== 0) throw new RangeError('the beginning is not of whole blocks');
    if (this.#slotBytes * LANES > SLOTS_BYTES) throw new RangeError(`${longest} bytes are no short message`);
    this.#start = this.#stateAfter(beginning);
  }

  /**
   * The digests of messages 0 … `count` - 1, one after the other.
   * @param digests Where to put them. A message may be written from what stands there from its own digest on.
   */
  digestsOf(
    count: number,
    write: WriteMessage,
    digests: Uint32Array = new Uint32Array(count * DIGEST_WORDS),
  ): Uint32Array {
    const slots = Math.floor(SLOTS_BYTES / (this.#slotBytes * LANES)) * LANES;
    for (let from = 0; from < count; from += slots) {
      const messages = Math.min(slots, count - from);
      this.#fillSlots(from, messages, write);
      digests.set(hashSlots(this.#lanes, this.#start, messages, this.#slotBytes), from * DIGEST_WORDS);
    }
    return digests;
  }

  #fillSlots(from: number, messages: number, write: WriteMessage): void {
    const { bytes, view, blocks } = this.#lanes;
    const slotBytes = this.#slotBytes;
    bytes.fill(0, PLACES.slots, PLACES.slots + messages * slotBytes);
    for (let slot = 0; slot < messages; slot++) {
      const at = PLACES.slots + slot * slotBytes;
      const end = write(from + slot, bytes, at, view);
      const length = end - at;
      if (!(length >= 0 && length <= this.#longest)) throw new RangeError(`a message of ${length} bytes`);
      const count = blocksFor(length + LEAST_PADDING);
      bytes[end] = END_OF_MESSAGE;
      view.setUint32(at + count * BLOCK_BYTES - WORD_BYTES, 8 * (this.#beginningBytes + length));
      blocks[slot] = count;
    }
  }

  /** Hashed block by block as a message without padding. */
  #stateAfter(beginning: Uint8Array): Uint32Array {
    const { bytes, blocks } = this.#lanes;
    let state = initialState();
    for (let at = 0; at < beginning.length; at += BLOCK_BYTES) {
      bytes.set(beginning.subarray(at, at + BLOCK_BYTES), PLACES.slots);
      blocks[0] = 1;
      state = hashSlots(this.#lanes, state, 1, BLOCK_BYTES).slice();
    }
    return state;
  }
}

function blocksFor(bytes: number): number {
  return Math.ceil(bytes / BLOCK_BYTES);
}

/** The digests of the messages in the slots, where the module has put them. */
function hashSlots(
  { run, words, blocks }: Lanes,
  start: Uint32Array,
  messages: number,
  slotBytes: number,
): Uint32Array {
  words.set(start, PLACES.start / WORD_BYTES);
  blocks.fill(0, messages, messages + LANES);
  run(PLACES.blocks + messages * WORD_BYTES, slotBytes);
  const first = PLACES.digests / WORD_BYTES;
  return words.subarray(first, first + messages * DIGEST_WORDS);
}

interface Lanes {
  readonly run: OneFunction['run'];
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly words: Uint32Array;
  /** How many blocks the message of each slot has, and room behind the last. */
  readonly blocks: Uint32Array;
}

let lanes: Lanes | undefined;

/** One for all of a thread: each would have a memory of its own. */
function loadedLanes(): Lanes {
  lanes ??= load();
  return lanes;
}

function load(): Lanes {
  const { run, memory } = loadModule(sha256Lanes());
  const words = new Uint32Array(memory.buffer);
  words.set(roundConstants(), PLACES.constants / WORD_BYTES);
  return {
    run,
    bytes: new Uint8Array(memory.buffer),
    view: new DataView(memory.buffer),
    words,
    blocks: new Uint32Array(memory.buffer, PLACES.blocks, MOST_MESSAGES + LANES),
  };
}
