/** The pace of a gateway is that of all workers together, and one that is not there is let alone by all of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/database.ts';
import { type NoTurn, restGateway, type Turn, takeTurn, wakeGateway } from '../../src/notify/turns.ts';
import { published } from '../cli/held-notices.ts';

let sql: Sql;

beforeEach(async () => {
  const at = await published();
  sql = at.database.sql;
  await sql`delete from sending`;
  await sql`insert into sending (wave_id, channel, readers) values (17, 'email', 'all'), (17, 'sms', 'all')`;
});

const ask = (count: number, rate: number | undefined, channel: 'email' | 'sms' = 'email') =>
  takeTurn(sql, { waveId: 17, channel, count, rate });

function waitOf(turn: Turn | NoTurn): number {
  if ('until' in turn) throw new Error('there was no turn');
  return turn.wait;
}

describe('with a rate', () => {
  test('whoever comes next, from whatever worker, begins when those before are through', async () => {
    const began = Date.now();
    const waits = await Promise.all([ask(50, 1), ask(50, 1), ask(50, 1)]);
    const sorted = waits.map(waitOf).toSorted((left, right) => left - right);
    const spent = Date.now() - began;
    for (const [place, wait] of sorted.entries()) {
      expect(wait).toBeLessThanOrEqual(place * 50_000 + 1);
      expect(wait).toBeGreaterThanOrEqual(place * 50_000 - spent - 1);
    }
  });

  test('of one channel, the other waits for nothing', async () => {
    await ask(1_000, 1);
    expect(waitOf(await ask(10, 1, 'sms'))).toBe(0);
  });
});

test('without a rate nobody waits', async () => {
  expect(waitOf(await ask(1_000, undefined))).toBe(0);
  expect(waitOf(await ask(1_000, undefined))).toBe(0);
});

describe('a gateway that is not there', () => {
  test('is found so once, rests longer each time, and is tried with a single notice then', async () => {
    expect(await restGateway(sql, 'email', 'ECONNREFUSED', undefined)).toBeCloseTo(15, 0);
    expect(await restGateway(sql, 'email', 'ECONNREFUSED', undefined)).toBeUndefined();
    expect(await ask(10, 5)).toHaveProperty('until');
    expect(waitOf(await ask(10, 5, 'sms'))).toBe(0);
    await sql`update gateway set rests_until = now() where channel = 'email'`;
    expect(await ask(10, undefined)).toEqual({ wait: 0, isProbe: true });
    expect(await restGateway(sql, 'email', 'ECONNREFUSED', undefined)).toBeCloseTo(30, 0);
    await sql`update gateway set rests_until = now(), failures = 40 where channel = 'email'`;
    expect(await restGateway(sql, 'email', 'ECONNREFUSED', undefined)).toBeCloseTo(600, 0);
    expect(await wakeGateway(sql, 'email')).toBe(true);
    expect(await wakeGateway(sql, 'email')).toBe(false);
    expect(await ask(10, undefined)).toEqual({ wait: 0, isProbe: false });
  });

  test('rests for as long as it asks for', async () => {
    expect(await restGateway(sql, 'sms', '429', 120)).toBeCloseTo(120, 0);
  });
});
