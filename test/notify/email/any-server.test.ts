/** Whatever servers do, and however often a notice is tried: nobody gets it twice, and what is said of it is so. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { messageIdOf } from '../../../src/notify/email/letter.ts';
import type { Receipt } from '../../../src/notify/port.ts';
import type { Answer, Said } from '../../support/smtp.ts';
import { stationOf } from './station.ts';

const NOTICES = 300;
const MOST_ATTEMPTS = 40;

/** By chance, and the same in every run: one in ten goes wrong at each moment. */
const MISFORTUNES: Readonly<Record<Said['moment'], readonly Answer[]>> = {
  connection: [{ reply: '421 4.3.2 Full' }, { cut: true }],
  sender: [{ reply: '452 4.3.1 No room' }, { reply: '421 4.4.2 Enough' }, { cut: true }],
  recipient: [{ reply: '451 4.7.1 Later' }, { reply: '550 5.1.1 Nobody' }, { cut: true }, { silent: true }],
  beginning: [{ cut: true }],
  message: [
    ...[
      { reply: '451 4.7.1 Later' },
      { reply: '554 5.7.1 Spam' },
      { reply: '421 4.7.0 Enough' },
      { cut: true },
    ],
    ...[{ cut: true, keeps: true }, { silent: true, keeps: true }, { silent: true }, { after: 20 }],
  ],
};

function chance({ moment, to, times }: Said): Answer | undefined {
  const [first = 0, second = 0] = createHash('sha256').update(`${moment} ${to} ${times}`).digest();
  const misfortunes = MISFORTUNES[moment];
  return first < 24 ? misfortunes[second % misfortunes.length] : undefined;
}

test.each([
  ['all commands at once', {}],
  ['one command after the other', { hidePIPELINING: true }],
])('with %s', async (_, more) => {
  const { server, send } = await stationOf(
    chance,
    { connections: 4, timeout: 400 },
    { keepsTexts: false, more },
  );
  const receipts = new Map<string, Receipt>();
  const numbers = Array.from({ length: NOTICES }, (_, at) => at).values();
  const work = async () => {
    for (const at of numbers) {
      const id = `17-${at}-email`;
      let receipt: Receipt | undefined;
      for (
        let attempt = 0;
        attempt < MOST_ATTEMPTS && (receipt?.state ?? 'created') === 'created';
        attempt++
      ) {
        receipt = await send({ id, email: `penerima.${at}@mail.example` });
      }
      if (receipt !== undefined) receipts.set(id, receipt);
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));

  const times = (id: string) => server.received.get(messageIdOf(id, '@prakerja.example').slice(1, -1)) ?? 0;
  const wrong = [...receipts].filter(([id, { state }]) => {
    const most = state === 'sent' || state === 'unknown' ? 1 : 0;
    const least = state === 'sent' ? 1 : 0;
    return times(id) > most || times(id) < least;
  });
  expect(wrong).toEqual([]);
  expect(new Set([...receipts.values()].map(({ state }) => state))).toEqual(
    new Set(['sent', 'failed', 'unknown']),
  );
  expect(receipts.size).toBe(NOTICES);
});
