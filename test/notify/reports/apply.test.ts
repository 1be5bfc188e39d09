/** What reports change: what is known of a notice only grows, in whatever order and however often it is said. */
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { type Applied, applyReports, NOTHING_APPLIED } from '../../../src/notify/reports/apply.ts';
import { type Report, readReport } from '../../../src/notify/reports/report.ts';
import { asOwner, cloneDatabase } from '../../support/database.ts';
import { keep, kept } from './notices.ts';

let database: Database;

beforeEach(async () => {
  database ??= (await cloneDatabase()).database;
  await keepOnly({});
});

async function keepOnly(notices: Parameters<typeof keep>[1]): Promise<void> {
  // The program takes none away.
  await asOwner(database, (sql) => sql`delete from notice`);
  await keep(database, notices);
}

function report(fields: Readonly<Record<string, unknown>>): Report {
  const reading = readReport(fields);
  if (reading.kind === 'fault') throw new Error(reading.what);
  return reading.report;
}

const apply = (...reports: readonly Readonly<Record<string, unknown>>[]) =>
  applyReports(database.sql, reports.map(report));
const counts = (some: Partial<Applied>): Applied => ({ ...NOTHING_APPLIED, ...some });

test('a notice that was sent is delivered, or failed with the reason', async () => {
  await keepOnly({
    '17-REG-1-sms': { state: 'sent' },
    '17-A-2-B-email': { state: 'unknown', reason: 'CUT' },
  });
  const reports = [
    { id: '17-REG-1-sms', status: 'Delivered', reason: 'to +62 812 0000 0001' },
    {
      id: '17-A-2-B-email',
      status: 'bounced',
      reason: '550 <made.up@example.com> is nobody,\n+62 812-0000-0001',
    },
  ];
  expect(await apply(...reports)).toEqual(counts({ delivered: 1, failed: 1 }));
  const after = {
    '17-A-2-B-email': 'failed: BOUNCED 550 [email] is nobody, [number]',
    '17-REG-1-sms': 'delivered',
  };
  expect(await kept(database)).toEqual(after);
  expect(await apply(...reports)).toEqual(counts({ kept: 2 }));
  expect(await kept(database)).toEqual(after);
});

describe('what is known', () => {
  test.each([
    ['created', 'sent', 'sent'],
    ['unknown', 'sent', 'sent'],
    ['sent', 'sent', 'sent'],
    ['failed', 'sent', 'failed'],
    ['delivered', 'sent', 'delivered'],
    ['unknown', 'failed', 'failed: FAILED'],
    ['sent', 'undelivered', 'failed: UNDELIVERED'],
    ['delivered', 'bounced', 'delivered'],
    ['created', 'delivered', 'delivered'],
    ['failed', 'delivered', 'delivered'],
    ['delivered', 'delivered', 'delivered'],
    ['sent', 'unknown', 'sent'],
    ['unknown', 'queued', 'unknown'],
  ])('of a notice that is %s, and reported as %s, is then: %s', async (state, status, then) => {
    await keepOnly({ '17-REG-1-sms': { state } });
    await apply({ id: '17-REG-1-sms', status });
    expect(await kept(database)).toEqual({ '17-REG-1-sms': then });
  });

  test('of one that is being handed over waits: whoever hands it over says it first', async () => {
    await keepOnly({ '17-REG-1-sms': { state: 'sending' } });
    expect(await apply({ id: '17-REG-1-sms', status: 'delivered' })).toEqual(counts({ early: 1 }));
    expect(await kept(database)).toEqual({ '17-REG-1-sms': 'sending' });
  });
});

test('a notice is found by the reference that its gateway gave', async () => {
  await keepOnly({
    '17-REG-1-sms': { state: 'sent', reference: 'SM1' },
    '17-REG-2-sms': { state: 'sent', reference: 'SM2' },
    '18-REG-2-sms': { state: 'sent', reference: 'SM2' },
  });
  const reports = ['SM1', 'SM2', 'SM3'].map((reference) => ({ reference, status: 'delivered' }));
  // Nobody knows which of two is meant.
  expect(await apply(...reports)).toEqual(counts({ delivered: 1, unknown: 2 }));
  expect(await kept(database)).toEqual({
    '17-REG-1-sms': 'delivered',
    '17-REG-2-sms': 'sent',
    '18-REG-2-sms': 'sent',
  });
});

test('a report of no notice changes nothing', async () => {
  await keepOnly({ '17-REG-1-sms': { state: 'sent' } });
  const others = ['17-REG-2-sms', '18-REG-1-sms', '17-REG-1-email'];
  const reports = others.map((id) => ({ id, status: 'delivered' }));
  expect(await apply(...reports)).toEqual(counts({ unknown: 3 }));
  expect(await kept(database)).toEqual({ '17-REG-1-sms': 'sent' });
});

test('more than one batch of them is taken, and each is counted once', async () => {
  const ids = Array.from({ length: 1_200 }, (_, at) => `17-REG-${at}-sms`);
  await database.sql`
    insert into notice (wave_id, registration_no, channel, state)
    select 17, 'REG-' || number, 'sms', 'sent' from generate_series(0, 1199) as number`;
  const reports = ids.flatMap((id) => [
    { id, status: 'sent' },
    { id, status: 'delivered' },
  ]);
  expect(await apply(...reports)).toEqual(counts({ delivered: 1_200, kept: 1_200 }));
  expect(await apply(...reports)).toEqual(counts({ kept: 2_400 }));
});

test('the same reports come to the same in any order, and given twice', async () => {
  const said = fc.record({
    id: fc.constantFrom('17-A-sms', '17-B-sms', '17-C-sms', '17-D-sms'),
    status: fc.constantFrom('sent', 'delivered', 'failed', 'unknown'),
  });
  const state = fc.constantFrom('created', 'sent', 'unknown', 'failed', 'delivered');
  const before = fc.tuple(state, state, state);
  const given = fc.array(said, { maxLength: 12 }).chain((all) => {
    return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }));
  });
  await fc.assert(
    fc.asyncProperty(before, given, async ([a, b, c], [reports, shuffled]) => {
      const notices = { '17-A-sms': { state: a }, '17-B-sms': { state: b }, '17-C-sms': { state: c } };
      await keepOnly(notices);
      const counted = await apply(...reports);
      const one = await kept(database);
      await keepOnly(notices);
      for (const each of [...shuffled, ...reports]) await apply(each);
      expect(await kept(database)).toEqual(one);
      const sum = Object.values(counted).reduce((total, count) => total + count, 0);
      expect(sum).toBe(reports.length);
    }),
    { numRuns: 25 },
  );
});

test("two who report on the same notices at one time do not stand in each other's way", async () => {
  const ids = Array.from({ length: 300 }, (_, at) => `17-REG-${at}-sms`);
  await database.sql`
    insert into notice (wave_id, registration_no, channel, state)
    select 17, 'REG-' || number, 'sms', 'sent' from generate_series(0, 299) as number`;
  const reports = ids.map((id) => ({ id, status: 'delivered' }));
  const all = await Promise.all([apply(...reports), apply(...reports.toReversed()), apply(...reports)]);
  expect(all.reduce((total, { delivered }) => total + delivered, 0)).toBe(300);
  expect(all.reduce((total, { kept: same }) => total + same, 0)).toBe(600);
});
