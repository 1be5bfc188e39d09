/** How fast the service is called: in no second more often than it allows, whatever is late on the way. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/dukcapil/pace.ts';
import type { Passing } from '../../src/http/post.ts';

/** From the first millisecond on, below the second nothing happens. */
type Stall = readonly [from: number, to: number];

interface Way {
  readonly rate: number;
  /** Milliseconds that an answer takes, and those that some take longer. */
  readonly latency: number;
  readonly longer: readonly number[];
  /** Milliseconds from the beginning of a call until it is sent. */
  readonly connecting: readonly number[];
  readonly ours: readonly Stall[];
  readonly theirs: readonly Stall[];
}

const SMOOTH: Way = { rate: 1, latency: 50, longer: [0], connecting: [0], ours: [], theirs: [] };

/** Calls for as long as is said, in milliseconds. @returns The times at which the service saw calls. */
function arrivalsOf({ rate, latency, longer, connecting, ours, theirs }: Way, duration: number): number[] {
  const pace = new Pace(rate);
  const isStalled = (stalls: readonly Stall[], now: number) =>
    stalls.some(([from, to]) => now >= from && now < to);
  const due = { send: new Map<number, Passing[]>(), answer: new Map<number, Passing[]>() };
  const waiting: Passing[] = [];
  const late = { send: [] as Passing[], answer: [] as Passing[] };
  const arrivals: number[] = [];
  let begun = 0;
  const put = (map: Map<number, Passing[]>, at: number, passing: Passing) =>
    map.set(at, [...(map.get(at) ?? []), passing]);
  for (let now = 0; now < duration; now++) {
    late.send.push(...(due.send.get(now) ?? []));
    late.answer.push(...(due.answer.get(now) ?? []));
    if (!isStalled(ours, now)) {
      for (const passing of late.answer.splice(0)) passing.answered(now);
      for (const passing of late.send.splice(0)) {
        passing.sent(now, false);
        waiting.push(passing);
      }
      for (; pace.wait(now) <= 0; begun++) {
        const passing = pace.begin(now);
        put(due.send, now + 1 + (connecting[begun % connecting.length] ?? 0), passing);
      }
    }
    if (isStalled(theirs, now)) continue;
    for (const passing of waiting.splice(0)) {
      put(due.answer, now + latency + (longer[arrivals.length % longer.length] ?? 0), passing);
      arrivals.push(now);
    }
  }
  return arrivals;
}

function mostInASecond(times: readonly number[]): number {
  let first = 0;
  return times.reduce((most, time, at) => {
    while (time - (times[first] as number) >= 1000) first++;
    return Math.max(most, at + 1 - first);
  }, 0);
}

describe('in any second the service sees no more calls than it allows', () => {
  const rates = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.constantFrom(100, 200, 999, 2000));
  const stalls = fc.array(
    fc
      .tuple(fc.nat(4000), fc.integer({ min: 1, max: 300 }))
      .map(([from, length]): Stall => [from, from + length]),
    { maxLength: 3 },
  );

  test('whatever is held up, on either side', () => {
    const ways = fc.record({
      ...{ rate: rates, latency: fc.integer({ min: 1, max: 300 }), ours: stalls, theirs: stalls },
      longer: fc.array(fc.nat(400), { maxLength: 8 }).map((times) => [0, ...times]),
      connecting: fc.array(fc.oneof(fc.constant(0), fc.nat(300)), { minLength: 1, maxLength: 40 }),
    });
    fc.assert(
      fc.property(ways, (way) => {
        expect(mostInASecond(arrivalsOf(way, 5000))).toBeLessThanOrEqual(way.rate);
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  test('and hardly fewer where nothing is', () => {
    for (const rate of [1, 2, 10, 50, 200, 2000]) {
      const arrivals = arrivalsOf({ ...SMOOTH, rate }, 10_000);
      expect(mostInASecond(arrivals)).toBeLessThanOrEqual(rate);
      expect(arrivals.length).toBeGreaterThanOrEqual(Math.floor(10 * rate * 0.97));
    }
  });
});

test('what is late is not made up for', () => {
  const idle: Stall = [1000, 3000];
  const after = arrivalsOf({ ...SMOOTH, rate: 200, ours: [idle] }, 5000).filter((time) => time >= 3000);
  expect(after.filter((time) => time < 3010).length).toBeLessThanOrEqual(8);
  expect(after.length).toBeLessThanOrEqual(400);
});

test('a pace that is held lets no call begin before its time', () => {
  const pace = new Pace(100);
  pace.hold(700);
  pace.hold(300);
  expect(pace.wait(0)).toBe(700);
  expect(pace.wait(700)).toBe(0);
});

test('a call that never went out gives its place back, and one that did may have arrived', () => {
  const pace = new Pace(1);
  pace.begin(0).lost();
  expect(pace.wait(1011)).toBe(0);
  const sent = pace.begin(1011);
  // While it is not sent, nobody knows when the second begins in which it arrives.
  expect(pace.wait(5000)).toBe(Number.POSITIVE_INFINITY);
  sent.sent(5000, false);
  sent.lost();
  expect(pace.wait(5000)).toBe(2000);
  expect(pace.wait(7000)).toBe(0);
});
