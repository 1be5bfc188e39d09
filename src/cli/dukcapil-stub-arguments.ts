/** What `dukcapil-stub` takes, checked as it is read. */
import { InvalidArgumentError } from 'commander';
import { FAULT_KINDS, type FaultKind, type Hours } from '../../fixtures/dukcapil-server/options.ts';
import { oneOf, wholeNumber } from './arguments.ts';

const LARGEST = 1_000_000_000;
const LONGEST_LATENCY = 600_000;
const FASTEST = 100_000;
const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** `50`, or `20-80`. */
export function latency(text: string): readonly [least: number, most: number] {
  const expected = 'milliseconds up to 600,000, for example 50 or 20-80';
  const ends = text.split('-').map((end) => wholeNumber(end, 0, LONGEST_LATENCY, expected));
  const [least = 0, most = least] = ends;
  if (ends.length <= 2 && least <= most) return [least, most];
  throw new InvalidArgumentError(`expected ${expected}.`);
}

export function answersADay(text: string): number {
  return wholeNumber(text, 0, LARGEST, 'a number of answers, 0 or more');
}

export function callsASecond(text: string): number {
  return wholeNumber(text, 1, FASTEST, 'a number of calls from 1 to 100,000');
}

export function seed(text: string): number {
  return wholeNumber(text, 0, LARGEST, 'a whole number, 0 or more');
}

export function clockTime(text: string): string {
  if (CLOCK_TIME.test(text)) return text;
  throw new InvalidArgumentError('expected a time of the day, for example 06:00.');
}

export function hours(text: string): Hours {
  const [opens = '', closes = '', ...more] = text.split('-');
  const areTimes = CLOCK_TIME.test(opens) && CLOCK_TIME.test(closes) && more.length === 0;
  if (areTimes && opens !== closes) return [opens, closes];
  throw new InvalidArgumentError('expected two times of the day, for example 06:00-22:00.');
}

export type FaultShares = Readonly<Partial<Record<FaultKind, number>>>;

/** One of them more, which may be given again and again. */
export function fault(text: string, before: FaultShares = {}): FaultShares {
  const [name = '', share = '', ...more] = text.split('=');
  const kind = oneOf(name, FAULT_KINDS);
  const isShare = /^(0?\.\d+|[01](\.0+)?)$/.test(share) && more.length === 0;
  const faults = { ...before, [kind]: Number(share) };
  const sum = Object.values(faults).reduce((total, each) => total + each, 0);
  if (isShare && sum < 1 + 1e-9) return faults;
  throw new InvalidArgumentError(
    'expected a kind and its share, for example half=0.2, all together 1 at the most.',
  );
}

/** One of them more, which may be given again and again. */
export function code(text: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, nik = '', two = ''] = /^([0-9]{16})=([0-9]{2})$/.exec(text) ?? [];
  if (nik !== '') return { ...before, [nik]: two };
  throw new InvalidArgumentError('expected a NIK and the two digits that it is answered with, NIK=12.');
}
