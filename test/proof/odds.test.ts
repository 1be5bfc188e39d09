/** More tickets, better odds, exactly: counted over many seeds. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { drawOf } from '../../src/proof/seed.ts';

const SEEDS = 6_000;
/** In 1 of 15,000 counts a fair draw is further away than this many standard deviations. */
const DEVIATIONS = 4;

const seedNumber = (number: number) => createHash('sha256').update(`seed ${number}`).digest('hex');

/** How often each comes first of all. */
function firsts(tickets: readonly number[]): number[] {
  const counts = tickets.map(() => 0);
  for (let number = 0; number < SEEDS; number++) {
    const seed = seedNumber(number);
    const draws = tickets.map((count, member) => drawOf(seed, `PK-${member}`, count));
    const first = draws.indexOf([...draws].sort()[0] ?? '');
    counts[first] = (counts[first] ?? 0) + 1;
  }
  return counts;
}

test('whoever has k of all T tickets comes first in k of T draws', () => {
  const tickets = [1, 2, 3, 5, 1];
  const all = tickets.reduce((sum, count) => sum + count, 0);
  firsts(tickets).forEach((count, member) => {
    const chance = (tickets[member] ?? 0) / all;
    const deviation = Math.sqrt(SEEDS * chance * (1 - chance));
    expect(Math.abs(count - SEEDS * chance)).toBeLessThan(DEVIATIONS * deviation);
  });
});

test('with k tickets a draw is below c in 1 - (1 - c)^k of all seeds', () => {
  const [limit, chance] = ['4'.padEnd(64, '0'), 0.25];
  for (const tickets of [1, 2, 4]) {
    const below = Array.from({ length: SEEDS }, (_, number) => drawOf(seedNumber(number), 'PK-1', tickets));
    const count = below.filter((draw) => draw < limit).length;
    const expected = 1 - (1 - chance) ** tickets;
    const deviation = Math.sqrt(SEEDS * expected * (1 - expected));
    expect(Math.abs(count - SEEDS * expected)).toBeLessThan(DEVIATIONS * deviation);
  }
});
