/**
 * As much of a WebAssembly assembler as this program needs: every function gives the bytes of an instruction behind those
 * of its operands. The numbers are those of the core specification, version 2.0, §5.4. A word is of 32 bits, and a vector
 * of four words, or sixteen bytes, each in a lane of its own.
 */

/** The bytes of instructions, in parts within parts: to copy them into one another took a tenth of a second. */
export type Code = number | readonly Code[];

/** A variable, by its number: first come the parameters, which are words, then other words, then vectors. */
export type Local = number;

export interface LocalCounts {
  readonly parameters: number;
  readonly words: number;
  readonly vectors: number;
}

const I32 = 0x7f;
const V128 = 0x7b;
/** How an address is aligned is only a hint; this holds for all. */
const ANY_ALIGNMENT = 0;
const NO_LIMIT = 0x00;
const MAGIC = [0x00, 0x61, 0x73, 0x6d];
const VERSION = [1, 0, 0, 0];
const LOOP = 0x03;
const IF = 0x04;
const NO_RESULT = 0x40;
const BRANCH_IF = 0x0d;
const END = 0x0b;

export const get = (local: Local): Code => [0x20, unsigned(local)];
export const set = (local: Local, value: Code): Code => [value, 0x21, unsigned(local)];
/** Sets, and gives what was set. */
export const tee = (local: Local, value: Code): Code => [value, 0x22, unsigned(local)];

export const word = (value: number): Code => [0x41, signed(value)];
export const addWords = (left: Code, right: Code): Code => [left, right, 0x6a];
export const andWords = (left: Code, right: Code): Code => [left, right, 0x71];
export const isBelow = (left: Code, right: Code): Code => [left, right, 0x49];
/** The place of the lowest bit that is one. */
export const lowestBit = (value: Code): Code => [value, 0x68];
export const storeWord = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  ...[0x36, ANY_ALIGNMENT, unsigned(offset)],
];

/** Does the body where the condition is no zero. */
export const when = (condition: Code, body: Code): Code => [condition, ...[IF, NO_RESULT], body, END];

/** Does the body once, and again as long as the condition holds behind it. */
export const repeatWhile = (condition: Code, body: Code): Code => [
  ...[LOOP, NO_RESULT],
  body,
  condition,
  ...[BRANCH_IF, 0],
  END,
];

/** Sixteen bytes of memory, from the address and the offset on. */
export const load = (address: Code, offset: number): Code => [address, memory(0x00, offset)];
/** The word there, in all lanes. */
export const loadInAll = (address: Code, offset: number): Code => [address, memory(0x09, offset)];
export const store = (address: Code, offset: number, value: Code): Code => [
  address,
  value,
  memory(0x0b, offset),
];

/** Sixteen of the thirty-two bytes of two vectors, by their places. */
export const shuffle = (left: Code, right: Code, places: Code): Code => [left, right, simd(0x0d), places];
/** The word in all lanes. */
export const inAll = (value: Code): Code => [value, simd(0x11)];
/** The lowest byte of the word in all sixteen lanes. */
export const byteInAll = (value: Code): Code => [value, simd(0x0f)];
/** Ones in the bytes in which it is so. */
export const areBytesEqual = (left: Code, right: Code): Code => [left, right, simd(0x23)];
/** Ones in the bytes in which it is so, as numbers without a sign. */
export const areBytesBelow = (left: Code, right: Code): Code => [left, right, simd(0x26)];
/** A word: the highest bit of each byte, the first one lowest. */
export const highestBits = (vector: Code): Code => [vector, simd(0x64)];
/** Ones in the lanes in which it is so, as numbers with a sign. */
export const isGreater = (left: Code, right: Code): Code => [left, right, simd(0x3b)];
/** Whether any bit is one. */
export const isAny = (vector: Code): Code => [vector, simd(0x53)];
export const and = (left: Code, right: Code): Code => [left, right, simd(0x4e)];
export const or = (left: Code, right: Code): Code => [left, right, simd(0x50)];
export const xor = (left: Code, right: Code): Code => [left, right, simd(0x51)];
export const shiftLeft = (vector: Code, bits: number): Code => [vector, word(bits), simd(0xab)];
export const shiftRight = (vector: Code, bits: number): Code => [vector, word(bits), simd(0xad)];
export const add = (left: Code, right: Code): Code => [left, right, simd(0xae)];

/** A module of one function, `run`, which takes words and gives nothing back, and of `memory`, which begins as a page. */
export function moduleOf({ parameters, words, vectors }: LocalCounts, body: Code): Uint8Array<ArrayBuffer> {
  const type = [0x60, list(new Array(parameters).fill(I32)), list([])];
  const exported = list([
    [name('run'), 0x00, 0],
    [name('memory'), 0x02, 0],
  ]);
  const locals = list([
    [unsigned(words), I32],
    [unsigned(vectors), V128],
  ]);
  const sections = [
    section(1, list([type])),
    section(3, list([0])),
    section(5, list([[NO_LIMIT, 1]])),
    section(7, exported),
    section(10, list([sized([locals, body, END])])),
  ];
  return new Uint8Array(flat([MAGIC, VERSION, sections]));
}

function section(id: number, content: Code): Code {
  return [id, sized(content)];
}

function list(items: readonly Code[]): Code {
  return [unsigned(items.length), items];
}

function sized(content: Code): Code {
  const bytes = flat(content);
  return [unsigned(bytes.length), bytes];
}

function flat(code: Code, to: number[] = []): number[] {
  if (typeof code === 'number') to.push(code);
  else for (const part of code) flat(part, to);
  return to;
}

function name(text: string): Code {
  return sized([...Buffer.from(text)]);
}

function simd(operation: number): Code {
  return [0xfd, unsigned(operation)];
}

function memory(operation: number, offset: number): Code {
  return [simd(operation), ANY_ALIGNMENT, unsigned(offset)];
}

/** LEB128: seven bits a byte, the lowest first; the highest bit says that there are more. */
function unsigned(value: number): Code {
  return value < 0x80 ? value : [(value & 0x7f) | 0x80, unsigned(value >>> 7)];
}

/** The same with a sign: the second highest bit of the last byte. */
function signed(value: number): Code {
  return value >= -0x40 && value < 0x40 ? value & 0x7f : [(value & 0x7f) | 0x80, signed(value >> 7)];
}
