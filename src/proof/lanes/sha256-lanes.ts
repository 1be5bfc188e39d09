/** SHA-256 of messages that are padded already, four side by side, as a WebAssembly module. */
import {
  add,
  addWords,
  and,
  type Code,
  get,
  inAll,
  isAny,
  isBelow,
  isGreater,
  type Local,
  load,
  loadInAll,
  moduleOf,
  repeatWhile,
  set,
  shuffle,
  store,
  word,
} from '../../wasm/assembler.ts';
import { BLOCK_WORDS, type CompressionLocals, compress, STATE_WORDS, WORD_BYTES } from './compression.ts';

/** How many messages stand side by side. */
export const LANES = 4;
export const BLOCK_BYTES = BLOCK_WORDS * WORD_BYTES;
const VECTOR_BYTES = LANES * WORD_BYTES;
const DIGEST_BYTES = STATE_WORDS * WORD_BYTES;
/** A message's words begin with their highest byte, those of WebAssembly with the lowest. */
const LAST_BYTE_FIRST = [3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12];

/** For all messages together: what is worked on stays in the processor's nearest cache. */
export const SLOTS_BYTES = 32_768;
export const MOST_MESSAGES = SLOTS_BYTES / BLOCK_BYTES;

/** Where in the module's memory is what. */
export const PLACES = {
  /** 64 words: `roundConstants`. */
  constants: 0,
  /** 8 words: the state with which all messages begin. */
  start: 256,
  /** 8 vectors: the state of the four that are under way. */
  state: 288,
  /** A word for each message: how many blocks it has. */
  blocks: 512,
  /** 8 words for each message. */
  digests: 4096,
  /** The messages, each in a slot of its own, all of the same size. */
  slots: 20_480,
} as const;

// Parameters: where in `blocks` the messages end, and the bytes of a slot.
const blocksEnd: Local = 0;
const slotBytes: Local = 1;
// Words: where begins what belongs to the four under way, and which of their blocks this is.
const blocks: Local = 2;
const digests: Local = 3;
const slots: Local = 4;
const block: Local = 5;
const blockNumber: Local = 6;
const constant: Local = 7;
// Vectors
const hasBlock: Local = 8;
const locals: CompressionLocals = {
  constant,
  sum: 9,
  differences: [10, 11],
  state: [12, 13, 14, 15, 16, 17, 18, 19],
  schedule: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35],
};
const COUNTS = { parameters: 2, words: 6, vectors: 28 };

/** `run(blocksEnd, slotBytes)` hashes one message at the least. What the last four lack must have no blocks. */
export function sha256Lanes(): Uint8Array<ArrayBuffer> {
  return moduleOf(COUNTS, [
    set(blocks, word(PLACES.blocks)),
    set(digests, word(PLACES.digests)),
    set(slots, word(PLACES.slots)),
    repeatWhile(isBelow(get(blocks), get(blocksEnd)), [
      hashFour(),
      set(blocks, addWords(get(blocks), word(LANES * WORD_BYTES))),
      set(digests, addWords(get(digests), word(LANES * DIGEST_BYTES))),
      set(slots, slotsOn(get(slots), LANES)),
    ]),
  ]);
}

function hashFour(): Code {
  const { state } = locals;
  const isThere = isGreater(load(get(blocks), 0), inAll(get(blockNumber)));
  return [
    state.map((_, place) => storeState(place, loadInAll(word(PLACES.start), place * WORD_BYTES))),
    set(block, get(slots)),
    set(blockNumber, word(0)),
    repeatWhile(isAny(isThere), [
      set(hasBlock, isThere),
      loadBlock(),
      loadState(),
      compress(locals, PLACES.constants),
      // A message that ended before keeps its state.
      state.map((local, place) => storeState(place, add(stateAt(place), and(get(local), get(hasBlock))))),
      set(block, addWords(get(block), word(BLOCK_BYTES))),
      set(blockNumber, addWords(get(blockNumber), word(1))),
    ]),
    storeDigests(),
  ];
}

/** The schedule begins with the words of the block, each vector with those at one place in the four messages. */
function loadBlock(): Code {
  const [spare] = foursOf(locals.state);
  return foursOf(locals.schedule).map((four, number) => [
    four.map((row, lane) => [
      set(row, load(slotsOn(get(block), lane), number * VECTOR_BYTES)),
      set(row, shuffle(get(row), get(row), LAST_BYTE_FIRST)),
    ]),
    transpose(four, spare),
  ]);
}

/** As the digests are wanted: the eight words of each message one after the other. */
function storeDigests(): Code {
  const [spare] = foursOf(locals.schedule);
  const halves = foursOf(locals.state).map((four, half) => [
    transpose(four, spare),
    four.map((row, lane) => store(get(digests), lane * DIGEST_BYTES + half * VECTOR_BYTES, get(row))),
  ]);
  return [loadState(), halves];
}

/** Rows become columns: the first vector gets the first words of all, and so on. */
function transpose([row0, row1, row2, row3]: Four, [left0, left2, right0, right2]: Four): Code {
  return [
    set(left0, shuffle(get(row0), get(row1), wordsAt(0, 4, 1, 5))),
    set(left2, shuffle(get(row2), get(row3), wordsAt(0, 4, 1, 5))),
    set(right0, shuffle(get(row0), get(row1), wordsAt(2, 6, 3, 7))),
    set(right2, shuffle(get(row2), get(row3), wordsAt(2, 6, 3, 7))),
    set(row0, shuffle(get(left0), get(left2), wordsAt(0, 1, 4, 5))),
    set(row1, shuffle(get(left0), get(left2), wordsAt(2, 3, 6, 7))),
    set(row2, shuffle(get(right0), get(right2), wordsAt(0, 1, 4, 5))),
    set(row3, shuffle(get(right0), get(right2), wordsAt(2, 3, 6, 7))),
  ];
}

function loadState(): Code {
  return locals.state.map((local, place) => set(local, stateAt(place)));
}

function stateAt(place: number): Code {
  return load(word(PLACES.state), place * VECTOR_BYTES);
}

function storeState(place: number, value: Code): Code {
  return store(word(PLACES.state), place * VECTOR_BYTES, value);
}

/** The same place in a later slot. */
function slotsOn(address: Code, count: number): Code {
  return count === 0 ? address : addWords(slotsOn(address, count - 1), get(slotBytes));
}

/** The bytes of words of two vectors, for a shuffle. */
function wordsAt(...words: readonly number[]): Code {
  return words.map((place) => [0, 1, 2, 3].map((byte) => place * WORD_BYTES + byte));
}

type Four = readonly [Local, Local, Local, Local];

function foursOf(ring: readonly Local[]): [Four, ...Four[]] {
  const fours = ring
    .filter((_, place) => place % 4 === 0)
    .map((_, four) => ring.slice(4 * four, 4 * four + 4));
  return fours as unknown as [Four, ...Four[]];
}
