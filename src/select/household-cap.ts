import { partOfNumber, placeOfNumber } from '../wave/numbers.ts';
import { UNCONTESTED } from '../wave/stage-blocks.ts';

const SMALLEST = 1_024;

/** Counts, of each household that has more eligible applications than places left, how many came before. */
export class HouseholdCap {
  /** Part → place → taken. */
  readonly #taken: Uint32Array[] = [];

  /** Whether the next application of the household, in draw order, still finds a place in it; and takes it. */
  admits(contest: number, slots: number): boolean {
    if (contest === UNCONTESTED) return slots > 0;
    const place = placeOfNumber(contest);
    const taken = this.#takenOf(partOfNumber(contest), place);
    const before = taken[place] as number;
    if (before >= slots) return false;
    taken[place] = before + 1;
    return true;
  }

  /** Grown so that it has the place. */
  #takenOf(part: number, place: number): Uint32Array {
    const known = this.#taken[part] ?? new Uint32Array(SMALLEST);
    if (place < known.length && this.#taken[part] !== undefined) return known;
    const grown = new Uint32Array(Math.max(known.length, 2 ** Math.ceil(Math.log2(place + 1))));
    grown.set(known);
    this.#taken[part] = grown;
    return grown;
  }
}
