/** What is read out of a server's words, and what is left out of them. */
import { describe, expect, test } from 'vitest';
import { CUT, type Failure, receiptOf } from '../../../src/notify/email/failure.ts';

function refused(reply: string, address = 'budi.santoso@mail.example') {
  const failure: Failure = { stage: 'envelope', code: 'EENVELOPE', command: 'RCPT TO', reply };
  return receiptOf(failure, address);
}

describe('a reason holds nobody', () => {
  test.each([
    ['550 5.1.1 <budi.santoso@mail.example>... User unknown', '550 5.1.1 [email] User unknown'],
    [
      '550-5.1.1 The account\n550-5.1.1 that you tried\n550 5.1.1 is none',
      '550 5.1.1 The account that you tried is none',
    ],
    ['550 BUDI.SANTOSO is unknown, budi is not', '550 [email] is unknown, budi is not'],
    ['550 see https://mail.example/?to=budi.santoso%40mail.example', '550 see [page]'],
    ['550 from bounce+budi.santoso=40mail.example', '550 from [email]'],
    ['550 3171010101900001 or 0812-3456-7890', '550 [number] or [number]'],
    ['550 a\u0000b\tc\u2028d', '550 a b c d'],
    ['550 no 021 555 0100 here', '550 no [number] here'],
    ['550', '550'],
    ['550 ', '550'],
  ])('%j', (reply, reason) => {
    expect(refused(reply)).toEqual({ state: 'failed', reason });
  });

  test('whatever characters the address has', () => {
    const address = "a.!#$%&'*+/=?^_`{|}~-b@mail.example";
    const local = address.slice(0, -'@mail.example'.length);
    expect(refused(`550 no ${local} here`, address)).toEqual({
      state: 'failed',
      reason: '550 no [email] here',
    });
  });
});

describe('given up because the program ends', () => {
  test.each(['opening', 'envelope'] as const)('at the %s, it was no attempt', (stage) => {
    const reason = 'given up, since the program is ending';
    expect(receiptOf({ stage, code: CUT }, '')).toEqual({ state: 'created', reason, isStopped: true });
  });

  test('once it may be out, nobody knows', () => {
    expect(receiptOf({ stage: 'message', code: CUT }, '')).toMatchObject({ state: 'unknown' });
  });
});

describe('how long a server wants to be let alone', () => {
  test.each([
    ['451 4.7.1 Please try again in 60 seconds', 60],
    ['451 Greylisted, retry in 90s', 90],
    ['450 wait 1 hour', 3600],
    ['450 come back in 00:04:59', 299],
    ['450 4.2.1 wait 99999 hours', 86_400],
    ['451 4.7.1 Later', undefined],
    ['450 4.2.2 mailbox 10 mb over', undefined],
    ['451 4.3.0 id 12345', undefined],
  ])('%j', (reply, after) => {
    expect(refused(reply)).toMatchObject({ state: 'created' });
    expect((refused(reply) as { after?: number }).after).toBe(after);
  });
});
