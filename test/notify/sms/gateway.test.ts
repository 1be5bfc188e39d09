/** What a gateway does, and what is known of the notice then; one sending is one request, whatever comes of it. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import type { Gateway, OutgoingNotice } from '../../../src/notify/port.ts';
import type { SmsSettings } from '../../../src/notify/settings.ts';
import { openSmsGateway } from '../../../src/notify/sms/gateway.ts';
import { afterTest } from '../../support/ends.ts';
import { type Deed, SmsGateway, smsSettings, TOKEN } from '../../support/sms-gateway.ts';

const NOTICE: OutgoingNotice = {
  ...{ id: '17-REG-1-sms', wave: 17, registration_no: 'REG-1', outcome: 'ACCEPTED', subject: '' },
  ...{ email: 'made.up@example.com', phone: '0812-0000-0001', body: 'Selamat, Anda diterima.' },
};
const ACCOUNT = `AC${'0'.repeat(32)}`;
const TWILIO = { provider: 'twilio', account: ACCOUNT, from: '+15005550006' } as const;
const NEVER = new AbortController().signal;

async function serving(
  deed: Deed = {},
  changes: Partial<SmsSettings> = {},
): Promise<{ server: SmsGateway; gateway: Gateway }> {
  const server = await new SmsGateway().start();
  server.script = ({ path }) => (path.endsWith('/status') ? {} : deed);
  return { server, gateway: opened(server.url, changes) };
}

function opened(url: string, changes: Partial<SmsSettings> = {}): Gateway {
  const gateway = openSmsGateway(smsSettings(url, changes));
  afterTest(() => gateway.close());
  return gateway;
}

test('a message goes out with its key, its token and nobody in its address', async () => {
  const { server, gateway } = await serving();
  expect(await gateway.send(NOTICE, NEVER)).toEqual({ state: 'sent', reference: 'ref-1' });
  const [request] = server.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/sms' });
  expect(request?.headers).toMatchObject({
    'idempotency-key': NOTICE.id,
    authorization: `Bearer ${TOKEN}`,
    'content-type': 'application/json',
  });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    ...{ id: NOTICE.id, to: '+6281200000001', from: 'PRAKERJA', text: NOTICE.body },
  });
});

test('a message goes to Twilio as it has them', async () => {
  const { server, gateway } = await serving({ status: 201 }, { ...TWILIO, reportsUrl: 'https://n.example' });
  expect(await gateway.send(NOTICE, NEVER)).toEqual({ state: 'sent', reference: 'SM1' });
  const [request] = server.requests;
  expect(request?.path).toBe(`/sms/2010-04-01/Accounts/${ACCOUNT}/Messages.json`);
  const authorization = `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}`;
  expect(request?.headers).toMatchObject({ authorization });
  expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
    ...{ To: '+6281200000001', From: TWILIO.from, Body: NOTICE.body },
    StatusCallback: 'https://n.example/reports/twilio',
  });
  expect(gateway.ask).toBeUndefined();
});

test('a sender that is a service of Twilio is named so', async () => {
  const { server, gateway } = await serving({}, { ...TWILIO, from: `MG${'a'.repeat(32)}` });
  await gateway.send(NOTICE, NEVER);
  const given = Object.fromEntries(new URLSearchParams(server.requests[0]?.body));
  expect(given).toEqual({
    To: '+6281200000001',
    MessagingServiceSid: `MG${'a'.repeat(32)}`,
    Body: NOTICE.body,
  });
});

const inHalfAMinute = () => new Date(Date.now() + 30_000).toUTCString();
const created = (reason: RegExp, more: object = {}) => ({
  ...{ state: 'created', reason: expect.stringMatching(reason) },
  ...more,
});
const isDown = true;
const NO_ANSWER = { state: 'unknown', reason: '200 not as a gateway answers: look at SMS_URL' };
const CUT_WITHIN = '200 the answer did not come whole';

/** What the gateway does → what is known then, where it keeps keys, and of Twilio where that is another thing. */
const BEHAVIOURS: readonly [name: string, deed: Deed, generic: object, twilio?: object][] = [
  ['takes it', { status: 202 }, { state: 'sent' }],
  [
    'delivers it at once',
    { body: { sid: 'SM1', status: 'delivered' } },
    { state: 'delivered' },
    { state: 'sent' },
  ],
  ['says no more than that', { status: 200, body: {} }, { state: 'sent' }, NO_ANSWER],
  ['names no error', { body: { sid: 'SM1', error: null } }, { state: 'sent' }],
  ['has an error that is none', { body: { sid: 'SM1', error: {}, code: 0 } }, { state: 'sent' }],
  ['answers 200 with a page', { status: 200, body: '<html>Saldo habis' }, NO_ANSWER],
  ['answers 200 with a list', { status: 200, body: [{ status: 'accepted' }] }, NO_ANSWER],
  ['answers 200 with a word', { status: 200, body: '"ok"' }, NO_ANSWER],
  ['answers 200 with nothing', { status: 200, body: '' }, NO_ANSWER],
  ['answers 200 and is cut off', { status: 200, cut: 'within' }, { state: 'unknown', reason: CUT_WITHIN }],
  [
    'answers 202 and says that it failed',
    { body: { status: 'failed', code: 'BARRED' } },
    { state: 'failed', reason: '202 BARRED' },
    { state: 'unknown' },
  ],
  [
    'answers 202 and says that it is rejected',
    { body: { status: 'REJECTED', reason: 'no 0812-0000-0001' } },
    { state: 'failed', reason: '202 no [number]' },
    { state: 'unknown' },
  ],
  [
    'answers 200 and has an error',
    { status: 200, body: { reference: 'r', error: { code: 'BARRED', message: 'Blocked' } } },
    { state: 'failed', reason: '200 BARRED Blocked' },
    { state: 'unknown' },
  ],
  [
    'answers 200 and has no credit left',
    { status: 200, body: { status: 'error', error: 'Insufficient balance', message: `of ${TOKEN}` } },
    created(/^200 Insufficient balance is of the account: look at its credit and SMS_TOKEN$/, { isDown }),
    { state: 'unknown' },
  ],
  [
    'answers 200 and does not know the token',
    { status: 200, body: { error: { code: 401, message: TOKEN } } },
    created(/^200 401 is of the account/, { isDown }),
    { state: 'unknown' },
  ],
  [
    'refuses the number',
    { status: 422, body: { error: { code: 'INVALID_NUMBER', message: 'No +62 812-0000-0001\nhere' } } },
    { state: 'failed', reason: '422 INVALID_NUMBER No [number] here' },
    { state: 'failed', reason: '422' },
  ],
  [
    'refuses with a word',
    { status: 400, body: { error: 'BAD' } },
    { state: 'failed', reason: '400 BAD' },
    { state: 'failed', reason: '400' },
  ],
  ['refuses without a word', { status: 400, body: 'no' }, { state: 'failed', reason: '400' }],
  ['does not know the number', { status: 404, body: { code: 'NO' } }, { state: 'failed', reason: '404 NO' }],
  ['is no gateway', { status: 404, body: '<html>' }, created(/^404 .*SMS_URL/, { isDown })],
  ['leads elsewhere', { status: 302, headers: { location: '/' } }, created(/^302 .*SMS_URL/, { isDown })],
  [
    'does not know the token',
    { status: 401, body: { error: TOKEN } },
    created(/^401 look at SMS_TOKEN$/, { isDown }),
  ],
  ['has barred the account', { status: 403 }, created(/^403 /, { isDown })],
  ['wants money', { status: 402 }, created(/^402 /, { isDown })],
  ['has it under way', { status: 409 }, created(/^409 /, { after: 5 }), { state: 'unknown' }],
  ['wants less', { status: 429 }, created(/^429 /)],
  [
    'wants to be let alone',
    { status: 429, headers: { 'retry-after': '7' } },
    created(/^429 /, { isDown, after: 7 }),
  ],
  ['has broken down', { status: 500 }, created(/^500 /), { state: 'unknown' }],
  ['has nobody behind it', { status: 502 }, created(/^502 /), { state: 'unknown' }],
  ['has nobody behind it in time', { status: 504 }, created(/^504 /), { state: 'unknown' }],
  [
    'takes nothing now',
    { status: 503, headers: { 'retry-after': '9' } },
    created(/^503 /, { isDown, after: 9 }),
  ],
  ['stalls', { silent: true }, { state: 'unknown', reason: 'TOO_LATE no answer in time' }],
  ['replies late', { after: 600 }, { state: 'unknown', reason: 'TOO_LATE no answer in time' }],
  ['cuts before it takes it', { cut: 'before' }, { state: 'unknown' }],
  ['cuts once it has taken it', { cut: 'after' }, { state: 'unknown' }],
  ['says too much', { status: 200, body: 'x'.repeat(100_000) }, { state: 'unknown', reason: CUT_WITHIN }],
];

describe.each(BEHAVIOURS)('a gateway that %s', (_, deed, generic, twilio = generic) => {
  test.each([
    ['keeps keys', {}, generic],
    ['is Twilio', TWILIO, twilio],
  ] as const)('and %s', async (_kind, changes, receipt) => {
    const { server, gateway } = await serving(deed, { timeout: 400, ...changes });
    expect(await gateway.send(NOTICE, NEVER)).toMatchObject(receipt);
    expect(server.requests).toHaveLength(1);
  });
});

test('a gateway that names the time until which it is to be let alone', async () => {
  const { gateway } = await serving({ status: 429, headers: { 'retry-after': inHalfAMinute() } });
  const receipt = await gateway.send(NOTICE, NEVER);
  expect(receipt).toMatchObject(created(/^429 /, { isDown }));
  expect('after' in receipt && receipt.after).toBeGreaterThan(20);
  expect('after' in receipt && receipt.after).toBeLessThanOrEqual(31);
});

describe('of Twilio', () => {
  test.each([
    [
      { status: 400, body: { code: 21211, message: "Invalid 'To' Phone Number: +6281200000001" } },
      { state: 'failed', reason: "400 21211 Invalid 'To' Phone Number: [number]" },
    ],
    [
      { status: 400, body: { code: 21610, message: 'Attempt to send to unsubscribed recipient' } },
      { state: 'failed' },
    ],
    [
      { status: 400, body: { code: 21606, message: "The 'From' is not valid" } },
      created(/^400 21606 /, { isDown }),
    ],
    [{ status: 404, body: { code: 20404, message: 'not found' } }, created(/^404 20404 /, { isDown })],
    [{ status: 400, body: { code: 21611, message: 'queue' } }, created(/^400 21611 /, { after: 60 })],
  ])('%j', async (deed, receipt) => {
    const { gateway } = await serving(deed, TWILIO);
    expect(await gateway.send(NOTICE, NEVER)).toMatchObject(receipt);
  });
});

describe('nobody is there', () => {
  test('where the connection is refused: it did not go out', async () => {
    const server = await new SmsGateway().start();
    const { url } = server;
    await server.stop();
    expect(await opened(url).send(NOTICE, NEVER)).toEqual({
      ...{ state: 'created', reason: 'ECONNREFUSED nobody is there', isDown },
    });
  });

  test('where the name is none', async () => {
    const receipt = await opened('http://nobody.invalid/sms').send(NOTICE, NEVER);
    expect(receipt).toMatchObject(created(/^(ENOTFOUND|EAI_AGAIN) /, { isDown }));
  });

  test('where no TLS is spoken', async () => {
    const { server, gateway } = await serving();
    const receipt = await opened(server.url.replace('http', 'https')).send(NOTICE, NEVER);
    expect(receipt).toMatchObject({ state: 'created', isDown });
    expect(server.requests).toEqual([]);
    await gateway.close();
  });
});

describe('a number', () => {
  test.each(['', '  ', '021 555 0100', '+1 500 555 0006', 'none'])('%j gets no message', async (phone) => {
    const { server, gateway } = await serving();
    const receipt = await gateway.send({ ...NOTICE, phone }, NEVER);
    expect(receipt).toMatchObject({
      state: 'failed',
      reason: expect.stringMatching(/^(NO|INVALID)_NUMBER /),
    });
    expect(server.requests).toEqual([]);
  });
});

describe('whose sending was cut off', () => {
  const asked = async (deed: Deed, account?: Deed) => {
    const { server, gateway } = await serving(deed, { timeout: 400 });
    expect(await gateway.send(NOTICE, NEVER)).toMatchObject({ state: 'unknown' });
    if (account !== undefined) server.script = () => account;
    const receipt = await gateway.ask?.(NOTICE, NEVER);
    expect(server.sends).toBe(1);
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      path: '/sms/status',
      body: `{"id":"${NOTICE.id}"}`,
    });
    return receipt;
  };

  test('once it was taken is found', async () => {
    expect(await asked({ cut: 'after' })).toEqual({ state: 'sent', reference: 'ref-1' });
    expect(await asked({ silent: true })).toEqual({ state: 'sent', reference: 'ref-1' });
    expect(await asked({ after: 600 })).toEqual({ state: 'sent', reference: 'ref-1' });
  });

  test('before it was taken may be sent', async () => {
    expect(await asked({ cut: 'before' })).toMatchObject({ state: 'created', reason: '404 never seen' });
  });

  const { id } = NOTICE;
  test.each<[Deed, object]>([
    [{ body: { id, status: 'delivered' } }, { state: 'delivered' }],
    [{ body: { id, status: 'accepted' } }, { state: 'sent' }],
    [
      { body: { id, status: 'failed', reason: 'HANDSET_OFF' } },
      { state: 'failed', reason: '200 HANDSET_OFF' },
    ],
    [{ body: { id, status: 'rejected', code: 'BARRED' } }, { state: 'failed', reason: '200 BARRED' }],
    [{ body: { id, status: 'error', error: 'down' } }, { state: 'unknown' }],
    [{ body: { id, status: 'unknown' } }, { state: 'unknown' }],
    [{ body: { id: '17-REG-2-sms', status: 'sent' } }, { state: 'unknown' }],
    [{ body: 'ok' }, { state: 'unknown' }],
    // A server that has no such page says so too.
    [{ status: 404, body: { error: 'no such page' } }, { state: 'unknown' }],
    [{ status: 404, body: '' }, { state: 'unknown' }],
    [{ status: 500 }, { state: 'unknown' }],
  ])('and of which is said %j', async (account, receipt) => {
    expect(await asked({ cut: 'after' }, account)).toMatchObject(receipt);
  });

  test.each<Deed>([{ cut: 'before' }, { silent: true }])(
    'and of which nobody says anything (%j) is asked for later',
    async (account) => {
      expect(await asked({ cut: 'after' }, account)).toBeUndefined();
    },
  );
});

describe('a page that is answered with 200', () => {
  test('leaves a notice unknown, where there is nobody to be asked either', async () => {
    const { server, gateway } = await serving();
    server.script = () => ({ status: 200, body: '<html>Saldo habis' });
    expect(await gateway.send(NOTICE, NEVER)).toMatchObject({ state: 'unknown' });
    const reason = '200 does not know what became of it';
    expect(await gateway.ask?.(NOTICE, NEVER)).toEqual({ state: 'unknown', reason });
  });

  test('does not, where it can be asked', async () => {
    const { gateway } = await serving({ status: 200, body: '<html>' });
    expect(await gateway.send(NOTICE, NEVER)).toMatchObject({ state: 'unknown' });
    expect(await gateway.ask?.(NOTICE, NEVER)).toEqual({ state: 'sent', reference: 'ref-1' });
  });
});

describe('nobody answers while a connection is made', () => {
  const late = /^(TOO_LATE|UND_ERR_CONNECT_TIMEOUT) /;

  test.each([
    ['who was there all the time says that nobody is', 0, created(late, { isDown })],
    ['who was busy says so too', 4_000, created(late, { isDown })],
    ['who was frozen does not', 60_000, { state: 'created', reason: expect.stringMatching(late) }],
  ])('%s', async (_, milliseconds, receipt) => {
    const gateway = opened(`https://127.0.0.1:${await mutePort()}/sms`, { timeout: 3_000 });
    const sending = gateway.send(NOTICE, NEVER);
    await delay(100);
    const now = Date.now;
    const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + milliseconds);
    afterTest(() => clock.mockRestore());
    expect(await sending).toEqual(receipt);
  });
});

/** Of a server that takes connections and says nothing on them. */
async function mutePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterTest(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test('many at once, and one signal for all of them, are no leak', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  afterTest(() => process.off('warning', note));
  const { gateway } = await serving({ after: 20 }, { connections: 40 });
  const { signal } = new AbortController();
  const ids = Array.from({ length: 40 }, (_, at) => `17-REG-${at}-sms`);
  await Promise.all(ids.map((id) => gateway.send({ ...NOTICE, id }, signal)));
  await delay(0);
  expect(warnings).toEqual([]);
});

describe('on the signal', () => {
  test('what is not begun is not sent', async () => {
    const { server, gateway } = await serving();
    expect(await gateway.send(NOTICE, AbortSignal.abort())).toEqual({
      ...{ state: 'created', reason: 'STOPPED not begun', isStopped: true },
    });
    expect(server.requests).toEqual([]);
  });

  test('what waits for a connection is not sent', async () => {
    const { server, gateway } = await serving({ silent: true }, { connections: 1 });
    const stopping = new AbortController();
    const first = gateway.send(NOTICE, NEVER);
    while (server.requests.length === 0) await delay(5);
    const second = gateway.send({ ...NOTICE, id: '17-REG-2-sms' }, stopping.signal);
    await delay(20);
    stopping.abort();
    expect(await second).toEqual({ state: 'created', reason: 'CUT stopped', isStopped: true });
    expect(await first).toMatchObject({ state: 'unknown' });
    expect(server.requests).toHaveLength(1);
  });

  test('what is under way is waited for, for a moment', async () => {
    const stopping = new AbortController();
    const { server, gateway } = await serving({ after: 100 }, { timeout: 60_000 });
    const sending = gateway.send(NOTICE, stopping.signal);
    while (server.requests.length === 0) await delay(5);
    stopping.abort();
    expect(await sending).toMatchObject({ state: 'sent' });
  });

  test('what stays under way is not known', async () => {
    const stopping = new AbortController();
    const { server, gateway } = await serving({ silent: true }, { timeout: 60_000 });
    const sending = gateway.send(NOTICE, stopping.signal);
    while (server.requests.length === 0) await delay(5);
    stopping.abort();
    expect(await sending).toEqual({ state: 'unknown', reason: 'CUT stopped' });
    expect(server.requests).toHaveLength(1);
    // It can be asked for all the same.
    expect(await gateway.ask?.(NOTICE, stopping.signal)).toEqual({ state: 'sent', reference: 'ref-1' });
    server.script = () => ({ silent: true });
    expect(await gateway.ask?.(NOTICE, stopping.signal)).toBeUndefined();
    expect(server.sends).toBe(1);
  });
});

test('many at once, over connections that the other side cuts, are each on the wire once', async () => {
  const { server, gateway } = await serving({}, { connections: 8 });
  const deeds: readonly Deed[] = [
    {},
    { cut: 'before' },
    { cut: 'after' },
    { status: 500 },
    { headers: { connection: 'close' } },
  ];
  server.script = ({ number }) => deeds[number % deeds.length] ?? {};
  const ids = Array.from({ length: 200 }, (_, at) => `17-REG-${at}-sms`);
  const send = (id: string) => gateway.send({ ...NOTICE, id }, NEVER);
  const lanes = Array.from({ length: 8 }, async (_, lane) => {
    for (const id of ids.filter((_id, at) => at % 8 === lane)) await send(id);
  });
  await Promise.all(lanes);
  const keys = server.requests.map(({ headers }) => headers['idempotency-key']);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeLessThanOrEqual(ids.length);
});
