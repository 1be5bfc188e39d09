/** Reports over HTTP: taken from who can sign them, committed before they are answered, and nothing else is taken. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { createLog } from '../../../src/log.ts';
import { applyReports } from '../../../src/notify/reports/apply.ts';
import type { ReportSettings } from '../../../src/notify/reports/environment.ts';
import {
  type Listener,
  type ListenerOptions,
  listenForReports,
} from '../../../src/notify/reports/listener.ts';
import { asOwner, cloneDatabase } from '../../support/database.ts';
import { afterTest } from '../../support/ends.ts';
import { keep, kept } from './notices.ts';

const SECRET = 'a secret that is made up';
const TWILIO_TOKEN = 'a token that is made up';
const URL_OUTSIDE = 'https://notices.example';
const SETTINGS: ReportSettings = { secret: SECRET, url: URL_OUTSIDE, twilioToken: TWILIO_TOKEN };
const REPORT = '{"id":"17-REG-1-sms","status":"delivered"}';

let database: Database;
let logged: string[];

beforeAll(async () => {
  ({ database } = await cloneDatabase());
});

beforeEach(async () => {
  logged = [];
  await asOwner(database, (sql) => sql`delete from notice`);
  await keep(database, {
    '17-REG-1-sms': { state: 'sent', reference: 'SM1' },
    '17-REG-2-sms': { state: 'sending' },
  });
});

async function listening(changes: Partial<ListenerOptions> = {}): Promise<Listener> {
  const log = createLog({
    level: 'debug',
    pretty: false,
    stream: { write: (line: string) => logged.push(line) },
  });
  const listener = await listenForReports({
    ...{ settings: SETTINGS, host: '127.0.0.1', port: 0, isBehindProxy: false, log, patience: 0 },
    apply: (reports) => applyReports(database.sql, reports),
    ...changes,
  });
  afterTest(() => listener.close());
  return listener;
}

interface Posting {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

async function post(
  { port }: Listener,
  { path = '/reports/generic', method = 'POST', body, headers = {} }: Posting,
) {
  const given = body === undefined ? {} : { body };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...given });
  return { status: response.status, headers: response.headers, document: (await response.json()) as unknown };
}

/** @param age Seconds since it was signed. */
function signed(body: string | Uint8Array, { secret = SECRET, age = 0 } = {}): Posting {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  return { body, headers: { 'x-timestamp': timestamp, 'x-signature': `sha256=${signature}` } };
}

/** As the manual of its signatures has it: the address, then each parameter and its value, in the order of their names. */
function ofTwilio(
  parameters: Readonly<Record<string, string>>,
  { token = TWILIO_TOKEN, url = URL_OUTSIDE } = {},
): Posting {
  const names = Object.keys(parameters).sort();
  const text = `${url}/reports/twilio${names.map((name) => `${name}${parameters[name]}`).join('')}`;
  const signature = createHmac('sha1', token).update(text).digest('base64');
  const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' };
  return { path: '/reports/twilio', body: new URLSearchParams(parameters).toString(), headers };
}

const states = () => kept(database);
const UNTOUCHED = { '17-REG-1-sms': 'sent', '17-REG-2-sms': 'sending' };
const DELIVERED = { ...UNTOUCHED, '17-REG-1-sms': 'delivered' };

describe('what is signed is taken', () => {
  test.each([
    ['as JSON', REPORT],
    ['as a list', `[\n${REPORT}, {"reference":"SM9","status":"sent"}]`],
    ['as JSON lines', `${REPORT}\n{"reference":"SM9","status":"sent"}\n`],
  ])('%s, and is there when it is answered', async (_, body) => {
    const listener = await listening();
    const { status, document } = await post(listener, signed(body));
    expect({ status, document }).toMatchObject({ status: 200, document: { delivered: 1 } });
    expect(await states()).toEqual(DELIVERED);
    expect(listener.applied()).toMatchObject({ delivered: 1 });
  });

  test('again and again, to the same', async () => {
    const listener = await listening();
    const posting = signed(REPORT);
    await post(listener, posting);
    expect(await post(listener, posting)).toMatchObject({ status: 200, document: { delivered: 0, kept: 1 } });
    expect(await states()).toEqual(DELIVERED);
  });

  test('of Twilio by its reference', async () => {
    const listener = await listening();
    const parameters = {
      MessageSid: 'SM1',
      MessageStatus: 'undelivered',
      ErrorCode: '30003',
      To: '+6281200000001',
    };
    expect(await post(listener, ofTwilio(parameters))).toMatchObject({
      status: 200,
      document: { failed: 1 },
    });
    expect(await states()).toEqual({ ...UNTOUCHED, '17-REG-1-sms': 'failed: UNDELIVERED 30003' });
    const other = ofTwilio({ ...parameters, MessageSid: 'SM9' });
    expect(await post(listener, other)).toMatchObject({ status: 200, document: { unknown: 1 } });
  });
});

describe('what comes too early is to be given again', () => {
  test('and what came with it is taken', async () => {
    const body = `${REPORT}\n{"id":"17-REG-2-sms","status":"delivered"}`;
    const { status, headers, document } = await post(await listening(), signed(body));
    expect({ status, document }).toMatchObject({ status: 503, document: { delivered: 1, early: 1 } });
    expect(headers.get('retry-after')).toBe('30');
    expect(await states()).toEqual(DELIVERED);
  });

  test('unless it is of Twilio, which reports once: it is waited for that the reference is written down', async () => {
    let attempts = 0;
    const apply: ListenerOptions['apply'] = async (reports) => {
      attempts += 1;
      if (attempts === 3) await keep(database, { '17-REG-3-sms': { state: 'sent', reference: 'SM3' } });
      return applyReports(database.sql, reports);
    };
    const listener = await listening({ apply, patience: 60_000 });
    const posting = ofTwilio({ MessageSid: 'SM3', MessageStatus: 'delivered' });
    expect(await post(listener, posting)).toMatchObject({ status: 200, document: { delivered: 1 } });
    expect(listener.applied()).toMatchObject({ delivered: 1, unknown: 0 });
    expect(await states()).toEqual({ ...UNTOUCHED, '17-REG-3-sms': 'delivered' });
  });

  test('as is what cannot be written down', async () => {
    const apply = () => Promise.reject(new Error('the disk is full'));
    const { status, document } = await post(await listening({ apply }), signed(REPORT));
    expect({ status, document }).toEqual({ status: 503, document: { error: 'they cannot be taken now' } });
    expect(await states()).toEqual(UNTOUCHED);
  });
});

describe('nothing is changed by what is', () => {
  const withHeaders = (headers: Readonly<Record<string, string>>): Posting => {
    const posting = signed(REPORT);
    return { ...posting, headers: { ...posting.headers, ...headers } };
  };
  const twilio = { MessageSid: 'SM1', MessageStatus: 'delivered' };
  test.each<[name: string, posting: () => Posting, status: number]>([
    ['not signed', () => ({ body: REPORT }), 401],
    ['signed without a time', () => withHeaders({ 'x-timestamp': '' }), 401],
    ['signed with no word', () => withHeaders({ 'x-signature': '' }), 401],
    ['signed in part', () => withHeaders({ 'x-signature': 'sha256=' }), 401],
    ['signed with another secret', () => signed(REPORT, { secret: 'another secret, made up' }), 401],
    ['signed for another text', () => ({ ...signed(REPORT), body: `${REPORT} ` }), 401],
    [
      'signed for another time',
      () => withHeaders({ 'x-timestamp': String(Math.floor(Date.now() / 1000) - 60) }),
      401,
    ],
    ['signed too long ago', () => signed(REPORT, { age: 301 }), 401],
    ['signed in time to come', () => signed(REPORT, { age: -310 }), 401],
    ['no JSON', () => signed('status=delivered'), 400],
    ['no report', () => signed('{"id":"17-REG-1-sms"}'), 400],
    ['a report and something else', () => signed(`${REPORT}\n{"id":"17-REG-1-sms","status":"lost"}`), 400],
    ['no object', () => signed(`[${REPORT},null]`), 400],
    ['nothing', () => signed(''), 400],
    ['no UTF-8', () => signed(new Uint8Array([0xff, 0xfe, 0x00])), 400],
    ['too large', () => signed(`${REPORT}\n`.repeat(30_000)), 413],
    ['posted elsewhere', () => ({ ...signed(REPORT), path: '/reports' }), 404],
    ['posted with a query', () => ({ ...signed(REPORT), path: '/reports/generic?x=1' }), 404],
    ['not posted', () => ({ method: 'GET' }), 405],
    ['put', () => ({ ...signed(REPORT), method: 'PUT' }), 405],
    ['of Twilio with another token', () => ofTwilio(twilio, { token: 'another' }), 401],
    ['of Twilio for another address', () => ofTwilio(twilio, { url: 'https://other.example' }), 401],
    [
      'of Twilio with another status',
      () => ({ ...ofTwilio(twilio), body: 'MessageSid=SM1&MessageStatus=failed' }),
      401,
    ],
    ['of Twilio, not signed', () => ({ ...ofTwilio(twilio), headers: {} }), 401],
    ['of Twilio without a status', () => ofTwilio({ MessageSid: 'SM1' }), 400],
    ['of Twilio, signed as ours', () => ({ ...signed(REPORT), path: '/reports/twilio' }), 401],
  ])('%s', async (_, posting, status) => {
    const answer = await post(await listening(), posting());
    expect(answer.status).toBe(status);
    expect(await states()).toEqual(UNTOUCHED);
    expect(JSON.stringify(answer.document)).not.toMatch(/REG-1|SM1|made up/);
    expect(logged.join('')).not.toMatch(/REG-1|SM1|made up/);
  });

  test('too large and says so', async () => {
    const listener = await listening();
    const socket = connect(listener.port, '127.0.0.1');
    socket.write('POST /reports/generic HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  test('too large without an end', async () => {
    const listener = await listening();
    const socket = connect(listener.port, '127.0.0.1');
    afterTest(() => socket.destroy());
    socket.write('POST /reports/generic HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const pour = setInterval(() => socket.write(chunk), 2);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    clearInterval(pour);
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 /);
    expect(await post(listener, signed(REPORT))).toMatchObject({ status: 200 });
  });

  test('cut off on the way', async () => {
    const listener = await listening();
    const { headers = {} } = signed(REPORT);
    const socket = connect(listener.port, '127.0.0.1');
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`POST /reports/generic HTTP/1.1\r\nhost: x\r\n${lines.join('')}content-length: 42\r\n\r\n{`);
    await once(socket, 'connect');
    socket.destroy();
    expect(await post(listener, signed(REPORT))).toMatchObject({ status: 200 });
  });
});

describe('it does not listen', () => {
  test('to other machines, unless a proxy is in front of it', async () => {
    await expect(listening({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'USAGE' });
    await listening({ host: '0.0.0.0', isBehindProxy: true });
  });

  test('without a secret', async () => {
    const settings = { secret: undefined, url: undefined, twilioToken: TWILIO_TOKEN };
    await expect(listening({ settings })).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test('where another program does', async () => {
    const { port } = await listening();
    await expect(listening({ port })).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test('for whom nothing is set', async () => {
    const only = await listening({ settings: { ...SETTINGS, secret: undefined } });
    expect((await post(only, signed(REPORT))).status).toBe(404);
    const other = await listening({ settings: { ...SETTINGS, twilioToken: undefined } });
    expect((await post(other, ofTwilio({ MessageSid: 'SM1', MessageStatus: 'sent' }))).status).toBe(404);
  });
});

test('what is under way when it ends is answered', async () => {
  let taking: () => void = () => {};
  const reached = new Promise<void>((resolve) => {
    taking = resolve;
  });
  let goOn: () => void = () => {};
  const going = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const listener = await listening({
    apply: async (reports) => {
      taking();
      await going;
      return applyReports(database.sql, reports);
    },
  });
  const answer = post(listener, signed(REPORT));
  await reached;
  const closing = listener.close();
  goOn();
  expect(await answer).toMatchObject({ status: 200, document: { delivered: 1 } });
  await closing;
  expect(await states()).toEqual(DELIVERED);
});
