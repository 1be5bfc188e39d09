/** Candidates counted by stratum and by what they have in common: rows first, and then what was counted of ranges. */
import { numbers } from '../columns/layout.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

/** What candidates have that the draw knows nothing of. */
export const TRAITS = ['joined_day', 'sex', 'age'] as const;
export type Trait = (typeof TRAITS)[number];

/** Where candidates compete with each other and are alike to the draw. */
export interface Place {
  readonly tier: number;
  /** Province code. */
  readonly region: number;
  readonly tickets: number;
}

export interface Counts {
  readonly candidates: number;
  readonly accepted: number;
  readonly uncontested: number;
  readonly uncontestedAccepted: number;
}

/** Candidates of a place who have the same of a trait. */
export interface Counted extends Counts {
  readonly place: Place;
  readonly trait: Trait;
  readonly value: number;
}

/** Below it a number is looked up in an array: as days, ages, tiers with provinces and most combinations are. */
const SMALL = 1 << 16;

/** Numbers from 0 on, each with its place among those that came before it. */
class Known {
  readonly values: number[] = [];
  /** As far as it was needed; places from 1 on. */
  #small = new Uint32Array(64);
  readonly #large = new Map<number, number>();

  placeOf(value: number): number {
    const small = this.#small;
    const known = value < small.length ? (small[value] as number) : (this.#large.get(value) ?? 0);
    return known > 0 ? known - 1 : this.#add(value);
  }

  #add(value: number): number {
    const next = this.values.push(value);
    if (value < SMALL) this.#smallWith(value)[value] = next;
    else this.#large.set(value, next);
    return next - 1;
  }

  #smallWith(value: number): Uint32Array {
    if (value < this.#small.length) return this.#small;
    const grown = new Uint32Array(2 ** Math.ceil(Math.log2(value + 1)));
    grown.set(this.#small);
    this.#small = grown;
    return grown;
  }
}

const REGIONS = 256;
const TIERS_AND_REGIONS = 2 ** 24;

const WIDTH = 6;

/** What was counted of one trait. */
class Cells {
  readonly #known = new Known();
  readonly #values = new Known();
  /** Of each cell its stratum, the place of its value, and four counts. */
  readonly #cells: number[] = [];

  add(stratum: number, value: number, counts: Counts): void {
    // Days before 2000 are below 0.
    const of = this.#values.placeOf(value >>> 0);
    // Small where both are small (the pairing function of Szudzik).
    const pair = stratum < of ? of * of + stratum : stratum * stratum + stratum + of;
    const at = this.#known.placeOf(pair) * WIDTH;
    const cells = this.#cells;
    if (at === cells.length) cells.push(stratum, of, 0, 0, 0, 0);
    cells[at + 2] = (cells[at + 2] as number) + counts.candidates;
    cells[at + 3] = (cells[at + 3] as number) + counts.accepted;
    cells[at + 4] = (cells[at + 4] as number) + counts.uncontested;
    cells[at + 5] = (cells[at + 5] as number) + counts.uncontestedAccepted;
  }

  get size(): number {
    return this.#cells.length / WIDTH;
  }

  /** Goes through all cells. */
  each(take: (stratum: number, value: number, counts: Counts) => void): void {
    const [cells, { values }] = [this.#cells, this.#values];
    for (let at = 0; at < cells.length; at += WIDTH) {
      take(cells[at] as number, (values[cells[at + 1] as number] as number) | 0, {
        candidates: cells[at + 2] as number,
        accepted: cells[at + 3] as number,
        uncontested: cells[at + 4] as number,
        uncontestedAccepted: cells[at + 5] as number,
      });
    }
  }
}

export class Tally {
  readonly #tickets = new Known();
  readonly #strata = new Known();
  readonly #cells = TRAITS.map(() => new Cells());

  /** The number by which a place is known here. */
  stratumOf(tier: number, region: number, tickets: number): number {
    return this.#strata.placeOf(this.#tickets.placeOf(tickets) * TIERS_AND_REGIONS + tier * REGIONS + region);
  }

  /** @param trait Place in `TRAITS`. */
  add(stratum: number, trait: number, value: number, counts: Counts): void {
    this.#of(trait).add(stratum, value, counts);
  }

  addAll({ rows, of }: BlockOf<'counted'>): void {
    for (let row = 0; row < rows; row++) {
      const stratum = this.stratumOf(
        of.tier[row] as number,
        of.region[row] as number,
        of.tickets[row] as number,
      );
      this.add(stratum, of.trait[row] as number, of.value[row] as number, {
        candidates: of.candidates[row] as number,
        accepted: of.accepted[row] as number,
        uncontested: of.uncontested[row] as number,
        uncontestedAccepted: of.uncontestedAccepted[row] as number,
      });
    }
  }

  counted(): readonly Counted[] {
    const counted: Counted[] = [];
    for (const [which, trait] of TRAITS.entries()) {
      this.#of(which).each((stratum, value, counts) => {
        counted.push({ trait, value, place: this.#placeOf(stratum), ...counts });
      });
    }
    return counted;
  }

  /** The same as typed columns. */
  block(): BlockOf<'counted'> {
    const columns = emptyColumns(this.#cells.reduce((sum, { size }) => sum + size, 0));
    const { of } = columns;
    let row = 0;
    for (const which of TRAITS.keys()) {
      this.#of(which).each((stratum, value, counts) => {
        const { tier, region, tickets } = this.#placeOf(stratum);
        of.trait[row] = which;
        of.value[row] = value;
        of.tier[row] = tier;
        of.region[row] = region;
        of.tickets[row] = tickets;
        of.candidates[row] = counts.candidates;
        of.accepted[row] = counts.accepted;
        of.uncontested[row] = counts.uncontested;
        of.uncontestedAccepted[row] = counts.uncontestedAccepted;
        row++;
      });
    }
    return columns;
  }

  #of(trait: number): Cells {
    return this.#cells[trait] as Cells;
  }

  #placeOf(stratum: number): Place {
    const made = this.#strata.values[stratum] as number;
    const tickets = this.#tickets.values[Math.floor(made / TIERS_AND_REGIONS)] as number;
    return { tickets, tier: Math.floor((made % TIERS_AND_REGIONS) / REGIONS), region: made % REGIONS };
  }
}

function emptyColumns(rows: number): BlockOf<'counted'> {
  return {
    rows,
    of: {
      trait: numbers('u8', rows),
      value: numbers('i32', rows),
      tier: numbers('u16', rows),
      region: numbers('u8', rows),
      tickets: numbers('u32', rows),
      candidates: numbers('u32', rows),
      accepted: numbers('u32', rows),
      uncontested: numbers('u32', rows),
      uncontestedAccepted: numbers('u32', rows),
    },
  };
}
