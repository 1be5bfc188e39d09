/** The pace of a gateway is that of all workers together, and one that is not there is let alone by all of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../src/db/database.ts';
import { type NoTurn, restGateway, type Turn, takeTurn, wakeGateway } from '../../src/notify/turns.ts';
import { published } from '../cli/held-notices.ts';

let sql: Sql;

const GONE = { why: 'ECONNREFUSED', after: undefined, isProbe: false };

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

test('nothing goes of a channel that is paused, nor of a wave that is void', async () => {
  await sql`update sending set paused_at = now(), paused_by = 'Siti' where channel = 'email'`;
  expect(await ask(10, 5)).toHaveProperty('until');
  expect(waitOf(await ask(10, 5, 'sms'))).toBe(0);
  await sql`update wave set state = 'void', voided_at = now(), voided_by = 'Siti', void_reason = 'a mistake'`;
  expect(await ask(10, 5, 'sms')).toHaveProperty('until');
});

describe('a gateway that is not there', () => {
  test('is found so once, rests longer each time, and is tried with a single notice then', async () => {
    expect(await restGateway(sql, 'email', GONE)).toBeCloseTo(15, 0);
    expect(await restGateway(sql, 'email', GONE)).toBeUndefined();
    expect(await ask(10, 5)).toHaveProperty('until');
    expect(waitOf(await ask(10, 5, 'sms'))).toBe(0);
    await sql`update gateway set rests_until = now() where channel = 'email'`;
    const asked = await Promise.all([ask(10, undefined), ask(10, undefined), ask(10, undefined)]);
    expect(asked.filter((turn) => 'isProbe' in turn && turn.isProbe)).toHaveLength(1);
    expect(asked.filter((turn) => 'until' in turn)).toHaveLength(2);
    expect(await restGateway(sql, 'email', GONE)).toBeUndefined();
    expect(await restGateway(sql, 'email', { ...GONE, isProbe: true })).toBeCloseTo(30, 0);
    await sql`update gateway set rests_until = now(), failures = 40 where channel = 'email'`;
    expect(await restGateway(sql, 'email', GONE)).toBeCloseTo(600, 0);
    expect(await wakeGateway(sql, 'email')).toBe(true);
    expect(await wakeGateway(sql, 'email')).toBe(false);
    expect(await ask(10, undefined)).toEqual({ wait: 0, isProbe: false });
  });

  test('rests for as long as it asks for', async () => {
    expect(await restGateway(sql, 'sms', { why: '429', after: 120, isProbe: false })).toBeCloseTo(120, 0);
  });
});
