/** Loaded before a program (`node --import`): its clock is as many minutes off as CLOCK_MINUTES says. */
const shift = Number(process.env.CLOCK_MINUTES) * 60_000;
const now = Date.now.bind(Date);

class ShiftedDate extends Date {
  constructor(...given) {
    super(...(given.length === 0 ? [now() + shift] : given));
  }
  static now() {
    return now() + shift;
  }
}

globalThis.Date = ShiftedDate;
