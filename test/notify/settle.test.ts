/** What follows of an answer: an attempt counts where one was made, and not where the program ended or nobody was there. */
import { expect, test } from 'vitest';
import { settledBy } from '../../src/notify/settle.ts';
import { noticeOf } from './email/station.ts';

const NOTICE = noticeOf({ registration_no: 'REG-1' });

test.each([
  ['the program ends', { isStopped: true }],
  ['nobody is there', { isDown: true }],
] as const)('where %s it was no attempt, and is not put off, however many there were', (_, how) => {
  const settled = settledBy(NOTICE, { state: 'created', reason: 'not now', ...how }, 16);
  expect(settled).toMatchObject({ number: 'REG-1', state: 'created', isUndone: true });
  expect(settled.due).toBeUndefined();
});

test('what is not taken for the moment is put off, and given up after sixteen attempts', () => {
  const later = { state: 'created', reason: '451 later' } as const;
  const before = Date.now();
  expect(settledBy(NOTICE, later, 1).due).toBeGreaterThanOrEqual(before + 60_000);
  expect(settledBy(NOTICE, { ...later, after: 600 }, 1).due).toBeGreaterThanOrEqual(before + 600_000);
  expect(settledBy(NOTICE, later, 16)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('16 attempts'),
  });
});
