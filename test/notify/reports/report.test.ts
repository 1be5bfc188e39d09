/** A report as it is given: which notice, what became of it, and why. */
import { describe, expect, test } from 'vitest';
import { keyOf, readReport } from '../../../src/notify/reports/report.ts';

describe('the id of a notice', () => {
  test.each([
    ['17-REG-1-sms', { wave: 17, registrationNo: 'REG-1', channel: 'sms' }],
    ['1-17-REG-1-SMS-email', { wave: 1, registrationNo: '17-REG-1-SMS', channel: 'email' }],
    ['999999999----file', { wave: 999_999_999, registrationNo: '--', channel: 'file' }],
  ])('%s is read from both ends', (id, key) => {
    expect(keyOf(id)).toEqual(key);
  });

  test.each([
    '',
    '17',
    '17-REG-1',
    '17--sms',
    '0-A-sms',
    '017-A-sms',
    '17-A-SMS',
    '17-a-sms',
    '17-A-fax',
    `17-${'A'.repeat(33)}-sms`,
  ])('%j is none', (id) => {
    expect(keyOf(id)).toBeUndefined();
  });
});

test('a reason is of a failure, short, and holds nobody', () => {
  const given = { id: '17-A-sms', status: 'failed', reason: `${'long '.repeat(100)}` };
  expect(readReport(given)).toMatchObject({
    report: { told: 'failed', reason: expect.stringMatching(/^FAILED long/) },
  });
  const reading = readReport({
    ...given,
    reason: 'NIK 3171012501060007, budi@example.com https://a.example/62812',
  });
  expect(reading).toMatchObject({ report: { reason: 'FAILED NIK [number], [email] [page]' } });
  expect(readReport({ ...given, status: 'sent' })).toMatchObject({ report: { reason: null } });
});

test.each([
  [{ id: '17-A-sms' }, /^expected a status/],
  [{ id: '17-A-sms', status: 'lost' }, /^expected a status/],
  [{ id: '17-A-sms', status: 'constructor' }, /^expected a status/],
  [{ id: 'secret@example.com', status: 'sent' }, /^expected the id/],
  [{ status: 'sent' }, /^expected the id/],
  [{ reference: 'a\nb', status: 'sent' }, /^expected the id/],
  [{ reference: 'r'.repeat(256), status: 'sent' }, /^expected the id/],
  [{ reference: ['r'], status: 'sent' }, /^expected the id/],
])('%j is none, and nothing of it is repeated', (fields, what) => {
  expect(readReport(fields)).toEqual({ kind: 'fault', what: expect.stringMatching(what) });
  expect(JSON.stringify(readReport(fields))).not.toContain('secret');
});
