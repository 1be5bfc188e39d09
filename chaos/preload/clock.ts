/** Loaded before the program: a clock that goes so many milliseconds wrong. What is measured between two moments does not. */
const shift = Number(process.env.CHAOS_CLOCK ?? 0);
const RightDate = Date;

class ShiftedDate extends RightDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(RightDate.now() + shift);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RightDate.now() + shift;
  }
}

globalThis.Date = ShiftedDate as DateConstructor;
