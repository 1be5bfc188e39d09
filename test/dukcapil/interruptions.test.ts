/** Reasons to ask nobody else: the operator is told which, and what was answered until then is kept. */
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Call, coded, type Reply } from './scripted-server.ts';
import { selfSigned } from './self-signed.ts';
import { niksOf, people, type Station, serve, stationOf } from './station.ts';

describe.concurrent('a reason to stop', () => {
  test.each([
    ['03', /^Dukcapil refuses the login \(code 03\): look at DUKCAPIL_USER_ID/],
    ['16', /^Dukcapil has the agency as inactive \(code 16\)/],
  ])('is code %s: nobody else is asked, and the operator is told why', async (code, why) => {
    const at = await stationOf(() => coded(code));
    const questions = people(30);
    const asked = await at.ask(questions);
    expect(asked.unanswered).toEqual(questions);
    expect(asked.interruption).toEqual({ kind: 'stopped', why: expect.stringMatching(why) });
    expect([at.server.calls.length, at.told, at.failed]).toEqual([1, [], 0]);
  });

  test('lets the calls under way come to their end', async () => {
    const at = await stationOf(
      ({ number }) => (number === 6 ? coded('17') : { after: number === 1 ? 0 : 150 }),
      { callsAtOnce: 5 },
    );
    const asked = await at.ask(people(30));
    expect(asked.interruption?.kind).toBe('stopped');
    expect(at.told).toHaveLength(at.server.calls.length - 1);
    expect(asked.unanswered).toHaveLength(30 - at.told.length);
    expect(at.server.calls.length).toBeLessThan(30);
  });

  test.each([
    [301, /leads elsewhere \(HTTP status 301\)/],
    [307, /leads elsewhere \(HTTP status 307\)/],
    [401, /\(HTTP status 401\): look at DUKCAPIL_USER_ID/],
    [403, /\(HTTP status 403\): look at DUKCAPIL_URL and DUKCAPIL_IP_USER/],
    [404, /\(HTTP status 404\): look at DUKCAPIL_URL$/],
  ])('is HTTP status %i, and nothing is sent elsewhere', async (status, why) => {
    const elsewhere = await serve();
    const headers = { Location: elsewhere.url };
    const at = await stationOf(() => ({ status, headers, cut: 'within' }));
    const asked = await at.ask(people(5));
    expect(asked.interruption).toEqual({ kind: 'stopped', why: expect.stringMatching(why) });
    expect([at.server.calls.length, elsewhere.connections]).toEqual([1, 0]);
  });
});

test('a certificate that nobody vouches for is one, also where the environment says never mind', async () => {
  const at = await stationOf(undefined, {}, selfSigned());
  const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
  try {
    const { interruption } = await at.ask(people(3));
    expect(interruption).toEqual({ kind: 'stopped', why: expect.stringMatching(/certificate .*CERT/) });
  } finally {
    if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
  }
  expect(at.server.calls).toEqual([]);
});

describe.concurrent('a pause', () => {
  test.each([
    ['05', '03:30', /quota of calls is spent \(code 05\)/, '20:30:00.000Z'],
    ['06', '07:15', /outside its hours of access \(code 06\)/, '00:15:00.000Z'],
  ])('for code %s lasts until the time of day that is set', async (code, time, why, until) => {
    const settings = { callsAtOnce: 1, dayBeginsAt: code === '05' ? time : '12:00', opensAt: time };
    const at = await stationOf(({ number }) => (number > 4 ? coded(code) : {}), settings);
    const questions = people(20);
    const { interruption, unanswered } = await at.ask(questions);
    if (interruption?.kind !== 'paused') throw new Error(`it is ${interruption?.kind}`);
    expect(interruption.why).toMatch(why);
    expect(interruption.until.getTime()).toBeGreaterThan(Date.now());
    // For ten minutes after that time of day it may only be the service's clock that is behind.
    const afterwards = until.replace(/:(\d)/, (_, ten) => `:${Number(ten) + 1}`);
    expect([until, afterwards]).toContain(interruption.until.toISOString().slice(11));
    expect(niksOf([...at.told, ...unanswered])).toEqual(niksOf(questions));
    expect(at.told).toHaveLength(4);
  });

  test('is followed by one call alone', async () => {
    const at = await stationOf(({ number }) => (number > 4 ? coded('05') : {}));
    const { unanswered } = await at.ask(people(60));
    const before = at.server.calls.length;
    await at.ask(unanswered);
    expect(at.server.calls.length).toBe(before + 1);
    at.server.script = () => ({});
    expect(await at.ask(unanswered)).toEqual({ unanswered: [], interruption: undefined });
    expect(at.told).toHaveLength(60);
  });
});

describe.concurrent('on the signal', () => {
  /** The first call is answered at once, and three more are under way when the signal comes. */
  async function stopped(others: Reply): Promise<Station> {
    const settings = { callsAtOnce: 3, timeout: 60_000 };
    const at = await stationOf(({ number }) => (number === 1 ? {} : others), settings);
    const stopping = new AbortController();
    const asked = at.ask(people(50), stopping.signal);
    await expect.poll(() => at.server.calls.length).toBe(4);
    stopping.abort('SIGTERM');
    await expect(asked).rejects.toBe('SIGTERM');
    expect(at.server.calls).toHaveLength(4);
    return at;
  }

  test('no call is begun any more, and those under way are waited for', async () => {
    const { told, failed } = await stopped({ after: 200 });
    expect([told.length, failed]).toEqual([4, 0]);
  });

  test('those that bring nothing are cut after a moment', async () => {
    const { told, failed } = await stopped({ silent: true });
    expect([told.length, failed]).toEqual([1, 3]);
  });

  test('nobody is asked if it was given before', async () => {
    const at = await stationOf();
    await expect(at.ask(people(3), AbortSignal.abort('SIGINT'))).rejects.toBe('SIGINT');
    expect(at.server.connections).toBe(0);
  });
});

test('what failed at the end of one round is not held against the service in the next', async () => {
  // The call under way beside the one with the code is cut, and nobody was answered since.
  const script = ({ number }: Call): Reply => {
    if (number === 2) return { after: 20, ...coded('05') };
    return number === 3 ? { after: 200, cut: 'at once' } : {};
  };
  const at = await stationOf(script, { callsAtOnce: 2, patience: 300 });
  const { unanswered, interruption } = await at.ask(people(9));
  expect([interruption?.kind, at.failed]).toEqual(['paused', 1]);
  await delay(400);
  at.server.script = ({ number }) => (number === 4 ? { cut: 'at once' } : {});
  expect(await at.ask(unanswered)).toEqual({ unanswered: [], interruption: undefined });
});

test('what is thrown where an answer is told ends it', async () => {
  const at = await stationOf();
  const answered = () => {
    throw new Error('no room');
  };
  const asked = at.caller.askAll(people(20), { answered, failed: () => {} }, new AbortController().signal);
  await expect(asked).rejects.toThrow('no room');
  expect(at.server.calls).toHaveLength(1);
});

test('a caller that was never needed closes', async () => {
  const at = await stationOf();
  await at.caller.close();
  expect(at.server.connections).toBe(0);
});
