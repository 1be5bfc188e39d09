/**
 * The compression of SHA-256 (FIPS 180-4, §6.2.2) for four messages side by side: each lane of a vector holds a word of
 * one of them, and every round is done once for all four.
 */
import {
  add,
  addWords,
  and,
  type Code,
  get,
  isBelow,
  type Local,
  loadInAll,
  or,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  tee,
  word,
  xor,
} from '../../wasm/assembler.ts';

export const WORD_BYTES = 4;
export const STATE_WORDS = 8;
export const BLOCK_WORDS = 16;
const ROUNDS = 64;

type Eight = readonly [Local, Local, Local, Local, Local, Local, Local, Local];

/** All vectors but one. */
export interface CompressionLocals {
  /** A word: where the constants of the next rounds stand. */
  readonly constant: Local;
  /** The state before the block; the eight working variables afterwards. */
  readonly state: Eight;
  /** The words of the block; overwritten. */
  readonly schedule: readonly Local[];
  /** For what is needed twice. */
  readonly sum: Local;
  readonly differences: readonly [Local, Local];
}

/** @param constants Where in the memory the constants of the rounds stand, see `roundConstants`. */
export function compress(locals: CompressionLocals, constants: number): Code {
  const { state, schedule, differences, constant } = locals;
  const sixteen = (before: (number: number) => Code) =>
    Array.from({ length: BLOCK_WORDS }, (_, number) => [before(number), round(locals, number)]);
  const next = set(constant, addWords(get(constant), word(BLOCK_WORDS * WORD_BYTES)));
  return [
    set(differences[1], xor(get(state[1]), get(state[2]))),
    set(constant, word(constants)),
    sixteen(() => []),
    next,
    // Sixteen rounds after which every name is where it was; all 48 in a row are no faster, and longer to assemble.
    repeatWhile(isBelow(get(constant), word(constants + ROUNDS * WORD_BYTES)), [
      sixteen((number) => extendSchedule(schedule, number)),
      next,
    ]),
  ];
}

/** What the message adds to each round: fractions of the cube roots of the first 64 primes. */
export function roundConstants(): Uint32Array {
  return Uint32Array.from(primes(ROUNDS), (prime) => fraction(Math.cbrt(prime)));
}

/** The state before the first block: fractions of the square roots of the first 8 primes. */
export function initialState(): Uint32Array {
  return Uint32Array.from(primes(STATE_WORDS), (prime) => fraction(Math.sqrt(prime)));
}

/** Step 3. Instead of the values from one variable to the next, the names move on by one with each round. */
function round({ state, schedule, differences, sum, constant }: CompressionLocals, number: number): Code {
  const [a, b, , d, e, f, g, h] = state.map((_, place) => at(state, place - number)) as unknown as Eight;
  // a and b are the b and c of the round behind, so that each difference serves two.
  const [aToB, bToC] = [at(differences, number), at(differences, number + 1)];
  const majority = xor(get(b), and(tee(aToB, xor(get(a), get(b))), get(bToC)));
  const choice = xor(get(g), and(get(e), xor(get(f), get(g))));
  const given = add(loadInAll(get(constant), number * WORD_BYTES), get(at(schedule, number)));
  return [
    set(sum, add(add(get(h), given), add(choice, threeRotations(e, 6, 11, 25)))),
    set(d, add(get(d), get(sum))),
    set(h, add(get(sum), add(majority, threeRotations(a, 2, 13, 22)))),
  ];
}

/** Step 1: the word of the schedule that takes the place of the one sixteen rounds before. */
function extendSchedule(schedule: readonly Local[], number: number): Code {
  const before = (rounds: number) => at(schedule, number - rounds);
  const far = add(get(before(16)), twoRotationsAndShift(before(15), 7, 18, 3));
  const near = add(get(before(7)), twoRotationsAndShift(before(2), 17, 19, 10));
  return set(before(16), add(far, near));
}

function threeRotations(vector: Local, one: number, two: number, three: number): Code {
  return xor(xor(rotateRight(vector, one), rotateRight(vector, two)), rotateRight(vector, three));
}

function twoRotationsAndShift(vector: Local, one: number, two: number, shift: number): Code {
  return xor(xor(rotateRight(vector, one), rotateRight(vector, two)), shiftRight(get(vector), shift));
}

function rotateRight(vector: Local, bits: number): Code {
  return or(shiftRight(get(vector), bits), shiftLeft(get(vector), 32 - bits));
}

/** One of a ring of variables, whose number is a power of two. */
function at(ring: readonly Local[], place: number): Local {
  return ring[place & (ring.length - 1)] as Local;
}

function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) {
    if (found.every((prime) => number % prime !== 0)) found.push(number);
  }
  return found;
}

/** The first 32 bits behind the point. */
function fraction(root: number): number {
  return Math.floor((root % 1) * 2 ** 32);
}
