/** Where in bytes the marks are: the bytes that can end a field, or that a plain field does not have. */
import {
  addWords,
  andWords,
  areBytesBelow,
  areBytesEqual,
  byteInAll,
  type Code,
  get,
  highestBits,
  isBelow,
  type Local,
  load,
  lowestBit,
  moduleOf,
  or,
  repeatWhile,
  set,
  storeWord,
  tee,
  when,
  word,
} from '../wasm/assembler.ts';
import { loadModule, type OneFunction } from '../wasm/module.ts';

const QUOTE = 0x22;
/** Below it are the control characters, line ends among them. */
const SPACE = 0x20;
const DELETE = 0x7f;

const VECTOR_BYTES = 16;
const WORD_BYTES = 4;
const PAGE_BYTES = 65_536;

/** Where in the module's memory the places of the marks end; behind it begin the bytes. */
const PLACES_END = 0;
const BYTES = 16;

// Parameters: where the bytes end, where the places begin, and the delimiter.
const bytesEnd: Local = 0;
const places: Local = 1;
const delimiter: Local = 2;
// Words: the next bytes that are looked at, and which of them are marks.
const at: Local = 3;
const marks: Local = 4;
// Vectors
const sixteen: Local = 5;
const delimiters: Local = 6;
const COUNTS = { parameters: 3, words: 2, vectors: 2 };

/** Finds marks in a memory of its own: sixteen bytes at a time. A file is read in half the time that one by one takes. */
export class MarkFinder {
  readonly #delimiter: number;
  readonly #module: OneFunction;
  #bytes = new Uint8Array();
  #words = new Uint32Array();

  constructor(delimiter: number) {
    this.#delimiter = delimiter;
    this.#module = loadModule(marksModule());
  }

  /** The places of all delimiters, quotes and control characters, ascending; good until the next call. */
  find(bytes: Uint8Array): Uint32Array {
    const end = BYTES + bytes.length;
    // Behind them at least one byte, for it looks at sixteen also where there are none.
    const placesBegin = (Math.floor(end / VECTOR_BYTES) + 1) * VECTOR_BYTES;
    // Every byte may be a mark.
    this.#room(placesBegin + WORD_BYTES * bytes.length);
    this.#bytes.set(bytes, BYTES);
    // What is looked at beyond the end is no mark.
    this.#bytes.fill(SPACE, end, placesBegin);
    this.#module.run(end, placesBegin, this.#delimiter);
    return this.#words.subarray(placesBegin / WORD_BYTES, (this.#words[PLACES_END] as number) / WORD_BYTES);
  }

  #room(size: number): void {
    const { memory } = this.#module;
    const lacking = size - memory.buffer.byteLength;
    if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE_BYTES));
    if (this.#bytes.buffer === memory.buffer) return;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#words = new Uint32Array(memory.buffer);
  }
}

/** `run(bytesEnd, places, delimiter)` looks at sixteen bytes at the least. */
function marksModule(): Uint8Array<ArrayBuffer> {
  return moduleOf(COUNTS, [
    set(delimiters, byteInAll(get(delimiter))),
    set(at, word(0)),
    repeatWhile(isBelow(get(at), addWords(get(bytesEnd), word(-BYTES))), [
      set(sixteen, load(get(at), BYTES)),
      when(tee(marks, highestBits(areMarks())), repeatWhile(get(marks), storeMark())),
      set(at, addWords(get(at), word(VECTOR_BYTES))),
    ]),
    storeWord(word(PLACES_END), 0, get(places)),
  ]);
}

function areMarks(): Code {
  const is = (byte: number) => areBytesEqual(get(sixteen), byteInAll(word(byte)));
  const isControl = areBytesBelow(get(sixteen), byteInAll(word(SPACE)));
  return or(or(areBytesEqual(get(sixteen), get(delimiters)), is(QUOTE)), or(isControl, is(DELETE)));
}

function storeMark(): Code {
  return [
    storeWord(get(places), 0, addWords(get(at), lowestBit(get(marks)))),
    set(places, addWords(get(places), word(WORD_BYTES))),
    set(marks, andWords(get(marks), addWords(get(marks), word(-1)))),
  ];
}
