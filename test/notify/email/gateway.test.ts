/** What becomes of a notice with servers that do what servers do. A receipt says it; the server says what it took over. */
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Receipt } from '../../../src/notify/port.ts';
import type { EmailSettings } from '../../../src/notify/settings.ts';
import { afterTest } from '../../support/ends.ts';
import { freePort } from '../../support/redis-server.ts';
import type { Answer, Behaviour, Moment } from '../../support/smtp.ts';
import { NEVER, noticeOf, openGateway, stationOf } from './station.ts';

/** The same at one moment, whoever it is to. */
function at(moment: Moment, answer: Answer): Behaviour {
  return (said) => (said.moment === moment ? answer : undefined);
}

interface Case {
  readonly server: string;
  readonly behaviour: Behaviour;
  readonly receipt: Receipt;
  /** Messages that the server took over. */
  readonly taken?: number;
  readonly settings?: Partial<EmailSettings>;
}

/** Milliseconds; a hundred of them smtp-server waits before it greets. */
const QUICK = { timeout: 500 };

const CASES: readonly Case[] = [
  { server: 'takes it', behaviour: () => undefined, receipt: { state: 'sent' }, taken: 1 },
  {
    server: 'is full',
    behaviour: at('connection', { reply: '421 4.3.2 Too many connections' }),
    receipt: { state: 'created', reason: '421 4.3.2 Too many connections', isDown: true },
  },
  {
    server: 'wants no mail at all',
    behaviour: at('connection', { reply: '554 5.3.2 No mail here' }),
    receipt: { state: 'created', reason: '554 5.3.2 No mail here', isDown: true },
  },
  {
    server: 'never greets',
    behaviour: at('connection', { silent: true }),
    receipt: { state: 'created', reason: 'no answer in time', isDown: true },
    settings: QUICK,
  },
  {
    server: 'cuts the line before it greets',
    behaviour: at('connection', { cut: true }),
    receipt: { state: 'created', reason: 'the connection was cut', isDown: true },
  },
  {
    server: 'does not take the sender',
    behaviour: at('sender', { reply: '550 5.7.1 Not from you' }),
    receipt: { state: 'created', reason: '550 5.7.1 Not from you', isDown: true },
  },
  {
    server: 'wants a login first',
    behaviour: at('recipient', { reply: '530 5.7.0 Authentication required' }),
    receipt: { state: 'created', reason: '530 5.7.0 Authentication required', isDown: true },
  },
  {
    server: 'finds it too large',
    behaviour: at('sender', { reply: '552 5.3.4 Message too big' }),
    receipt: { state: 'failed', reason: '552 5.3.4 Message too big' },
  },
  {
    server: 'is short of room',
    behaviour: at('sender', { reply: '452 4.3.1 Insufficient system storage' }),
    receipt: { state: 'created', reason: '452 4.3.1 Insufficient system storage' },
  },
  {
    server: 'does not know the recipient',
    behaviour: at('recipient', {
      reply: '550 5.1.1 <budi.santoso@mail.example>: no budi.santoso here, see 081234567890',
    }),
    receipt: { state: 'failed', reason: '550 5.1.1 [email] no [email] here, see [number]' },
  },
  {
    server: 'has greylisted the recipient',
    behaviour: at('recipient', { reply: '451 4.7.1 Greylisted for 300 seconds' }),
    receipt: { state: 'created', reason: '451 4.7.1 Greylisted for 300 seconds', after: 300 },
  },
  {
    server: 'says so in minutes',
    behaviour: at('recipient', { reply: '450 4.2.0 Try again in 5 minutes' }),
    receipt: { state: 'created', reason: '450 4.2.0 Try again in 5 minutes', after: 300 },
  },
  {
    server: 'says so by the clock',
    behaviour: at('recipient', { reply: '451 4.7.1 Greylisting in action, please come back in 01:04:59' }),
    receipt: {
      state: 'created',
      reason: '451 4.7.1 Greylisting in action, please come back in 01:04:59',
      after: 3899,
    },
  },
  {
    server: 'closes at the recipient',
    behaviour: at('recipient', { reply: '421 4.7.0 Slow down' }),
    receipt: { state: 'created', reason: '421 4.7.0 Slow down', isDown: true },
  },
  {
    server: 'is silent at the recipient',
    behaviour: at('recipient', { silent: true }),
    receipt: { state: 'created', reason: 'no answer in time' },
    settings: QUICK,
  },
  {
    server: 'cuts the line at the recipient',
    behaviour: at('recipient', { cut: true }),
    receipt: { state: 'created', reason: 'the connection was cut' },
  },
  {
    server: 'takes the message for spam',
    behaviour: at('message', { reply: `554 5.7.1 Looks like spam ${'!'.repeat(300)}` }),
    receipt: { state: 'failed', reason: `${'554 5.7.1 Looks like spam '.padEnd(199, '!')}…` },
  },
  {
    server: 'greylists after the message',
    behaviour: at('message', { reply: '451 4.7.1 Later' }),
    receipt: { state: 'created', reason: '451 4.7.1 Later' },
  },
  {
    server: 'closes after the message, and says that it has not taken it',
    behaviour: at('message', { reply: '421 4.7.0 Too many messages' }),
    receipt: { state: 'created', reason: '421 4.7.0 Too many messages', isDown: true },
  },
  {
    server: 'is silent after the message',
    behaviour: at('message', { silent: true }),
    receipt: { state: 'unknown', reason: 'no answer in time after it was handed over' },
    settings: QUICK,
  },
  {
    server: 'took the message and is silent',
    behaviour: at('message', { silent: true, keeps: true }),
    receipt: { state: 'unknown', reason: 'no answer in time after it was handed over' },
    settings: QUICK,
    taken: 1,
  },
  {
    server: 'cuts the line instead of taking the message',
    behaviour: at('message', { cut: true }),
    receipt: { state: 'unknown', reason: 'the connection was cut after it was handed over' },
  },
  {
    server: 'took the message and cuts the line',
    behaviour: at('message', { cut: true, keeps: true }),
    receipt: { state: 'unknown', reason: 'the connection was cut after it was handed over' },
    taken: 1,
  },
  {
    server: 'took the message and says so late',
    behaviour: at('message', { after: 700 }),
    receipt: { state: 'sent' },
    settings: QUICK,
    taken: 1,
  },
  {
    server: 'says what is not SMTP of the message',
    behaviour: at('message', { reply: '354 Go on' }),
    receipt: { state: 'unknown', reason: expect.stringContaining('354') },
  },
];

describe.each([
  ['that takes all commands at once', {}],
  ['that takes one command after the other', { hidePIPELINING: true }],
])('of a server %s', (_, more) => {
  test.each(CASES)('that $server', async ({ behaviour, receipt, taken = 0, settings }) => {
    const { server, send } = await stationOf(behaviour, settings, { more });
    expect(await send()).toEqual(receipt);
    expect(server.count).toBe(taken);
  });

  test('one that greylists takes it the second time, and others meanwhile', async () => {
    const isFirst: Behaviour = ({ moment, to, times }) =>
      moment === 'recipient' && to.startsWith('budi') && times === 1
        ? { reply: '451 4.7.1 Later' }
        : undefined;
    const { server, send } = await stationOf(isFirst, { connections: 1 }, { more });
    expect((await send()).state).toBe('created');
    expect((await send({ id: '17-REG-2-email', email: 'siti@mail.example' })).state).toBe('sent');
    expect((await send()).state).toBe('sent');
    expect(Object.fromEntries(server.received)).toEqual({
      '17-REG-000001-email@prakerja.example': 1,
      '17-REG-2-email@prakerja.example': 1,
    });
    expect(server.connections).toBe(1);
  });
});

test('a message that is cut in its midst did not go out', async () => {
  const { server, send } = await stationOf(at('beginning', { cut: true }), { timeout: 20_000 });
  const body = 'Panjang sekali.\n'.repeat(500_000);
  expect(await send({ body })).toEqual({ state: 'created', reason: 'the connection was cut' });
  expect([server.begun, server.count]).toEqual([1, 0]);
});

test('where nobody is, it did not go out', async () => {
  const gateway = openGateway({ url: `smtp://127.0.0.1:${await freePort()}` });
  const refused = { state: 'created', reason: 'the connection is refused', isDown: true };
  expect(await gateway.send(noticeOf(), NEVER)).toEqual(refused);
});

test('where the name is none, it did not go out', async () => {
  const gateway = openGateway({ url: 'smtp://nobody.invalid:25' });
  expect(await gateway.send(noticeOf(), NEVER)).toMatchObject({ state: 'created', isDown: true });
});

describe('nobody greets', () => {
  test.each([
    ['who was there all the time says that nobody is', 0, { reason: 'no answer in time', isDown: true }],
    ['who was frozen does not', 60_000, { reason: expect.stringMatching(/^no answer/) }],
  ])('%s', async (_, milliseconds, receipt) => {
    const { send } = await stationOf(at('connection', { silent: true }), { timeout: 3_000 });
    const sending = send();
    await pause(200);
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
    afterTest(() => clock.mockRestore());
    expect(await sending).toEqual({ state: 'created', ...receipt });
  });
});

describe('a login', () => {
  const login = { user: 'prakerja', pass: 's3cret/%' };

  test('that is right is given', async () => {
    const { server, gateway } = await stationOf(undefined, {}, { login });
    expect(await gateway.send(noticeOf(), NEVER)).toMatchObject({ state: 'created', isDown: true });
    const known = openGateway({ url: server.url.replace('://', '://prakerja:s3cret%2F%25@') });
    expect(await known.send(noticeOf(), NEVER)).toEqual({ state: 'sent' });
  });

  test('that is wrong is nobody’s notice, and stands in no reason', async () => {
    const { server } = await stationOf(undefined, {}, { login });
    const gateway = openGateway({ url: server.url.replace('://', '://prakerja:wrong-one@') });
    expect(await gateway.send(noticeOf(), NEVER)).toEqual({
      ...{ state: 'created', reason: 'the login is refused (535 5.7.8)', isDown: true },
    });
  });

  test('that the server does not want is not passed over', async () => {
    const { server } = await stationOf(undefined, {}, { more: { disabledCommands: ['AUTH', 'STARTTLS'] } });
    const gateway = openGateway({ url: server.url.replace('://', '://prakerja:one@') });
    expect(await gateway.send(noticeOf(), NEVER)).toEqual({
      ...{ state: 'created', reason: 'the server takes no login that we have', isDown: true },
    });
  });
});

describe('what cannot be an address fails without a word to anybody', () => {
  test.each([
    ['', 'there is no address'],
    ['  ', 'there is no address'],
    ...[
      ...['budi', 'budi@', '@mail.example', 'a@b@mail.example', 'budi santoso@mail.example'],
      ...['budi@mail.example, siti@mail.example', 'budi@mail.example;siti@mail.example'],
      ...['budi@mail.example\r\nBcc: siti@mail.example', 'budi@mail.example>\r\nRCPT TO:<siti@mail.example'],
      ...['Budi <budi@mail.example>', 'budi@mail..example', 'budi@-mail.example', 'budi\u0000@mail.example'],
      ...[`${'a'.repeat(65)}@mail.example`, 'budi@[127.0.0.1]', '"budi"@mail.example'],
    ].map((email): [string, string] => [email, 'what is given is not an address of e-mail']),
  ] satisfies [string, string][])('%j', async (email, reason) => {
    const { server, send } = await stationOf();
    expect(await send({ email })).toEqual({ state: 'failed', reason });
    expect(server.connections).toBe(0);
  });
});

describe('connections', () => {
  test('are no more than are set, and used again', async () => {
    const { server, send } = await stationOf(at('message', { after: 5 }), { connections: 3 });
    const sent = await Promise.all(Array.from({ length: 60 }, (_, at) => send({ id: `17-${at}-email` })));
    expect(sent).toEqual(sent.map(() => ({ state: 'sent' })));
    expect(server.received.size).toBe(60);
    expect([server.connections, server.mostAtOnce]).toEqual([3, 3]);
  });

  test('are given up after a hundred messages', async () => {
    const { server, send } = await stationOf(undefined, { connections: 1 });
    for (let at = 0; at < 101; at++) await send({ id: `17-${at}-email` });
    expect([server.received.size, server.connections, server.mostAtOnce]).toEqual([101, 2, 1]);
  });

  test('that the server has ended meanwhile are made anew', async () => {
    const { server, send } = await stationOf(undefined, { connections: 1 });
    await send();
    server.cutAll();
    expect(await send({ id: '17-2-email' })).toEqual({ state: 'sent' });
    expect([server.count, server.connections]).toEqual([2, 2]);
  });

  test('that the server ends with a word are made anew', async () => {
    const second: Behaviour = ({ moment, times }) =>
      moment === 'sender' && times === 2 ? { reply: '421 4.4.2 Idle for too long' } : undefined;
    const { server, send } = await stationOf(second, { connections: 1 });
    await send();
    expect(await send({ id: '17-2-email' })).toEqual({ state: 'sent' });
    expect([server.count, server.connections]).toEqual([2, 2]);
  });

  test('are ended with the gateway', async () => {
    const { server, gateway, send } = await stationOf();
    await send();
    await gateway.close();
    expect(await send()).toMatchObject({ state: 'created', isStopped: true });
    await expect.poll(() => server.atOnce).toBe(0);
  });
});

describe('on the signal', () => {
  test('what is not begun is not begun any more', async () => {
    const { server, send } = await stationOf(at('message', { after: 100 }), { connections: 1 });
    const stop = new AbortController();
    const sent = [1, 2, 3].map((at) => send({ id: `17-${at}-email` }, stop.signal));
    await vi.waitUntil(() => server.begun === 1);
    stop.abort();
    const reason = 'given up, since the program is ending';
    expect(await Promise.all(sent)).toEqual([
      { state: 'sent' },
      { state: 'created', reason, isStopped: true },
      { state: 'created', reason, isStopped: true },
    ]);
    expect(await send({}, stop.signal)).toEqual({ state: 'created', reason, isStopped: true });
    expect(server.count).toBe(1);
  });

  test.each<Moment>(['connection', 'sender', 'recipient'])(
    'what is under way and not out is given up, without its being an attempt: at the %s',
    async (moment) => {
      const { server, send } = await stationOf(at(moment, { silent: true }), { timeout: 60_000 });
      const stop = new AbortController();
      const sent = send({}, stop.signal);
      await vi.waitUntil(() => server.connections === 1);
      stop.abort();
      expect(await sent).toMatchObject({ state: 'created', isStopped: true });
      expect(server.count).toBe(0);
    },
  );

  test('what may be out is waited for a while, and unknown then', async () => {
    const { server, send } = await stationOf(at('message', { silent: true, keeps: true }), {
      timeout: 60_000,
    });
    const stop = new AbortController();
    const sent = send({}, stop.signal);
    await vi.waitUntil(() => server.count === 1);
    stop.abort();
    const reason = 'given up, since the program is ending after it was handed over';
    expect(await sent).toEqual({ state: 'unknown', reason });
  });
});
