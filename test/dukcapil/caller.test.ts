/** Calling the web service: everybody is asked, as fast as is allowed, whatever goes wrong; and nobody is guessed at. */
import { describe, expect, test } from 'vitest';
import { holdOf } from '../../src/dukcapil/call.ts';
import type { Question } from '../../src/registry/question.ts';
import { coded, type Reply, SAME } from './scripted-server.ts';
import { CREDENTIALS, niksOf, people, stationOf } from './station.ts';

const ALL_ASKED = { unanswered: [], interruption: undefined };

describe.concurrent('everybody', () => {
  test('is asked once, and what is answered is told', async () => {
    const at = await stationOf(({ number }) => (number === 3 ? coded('13') : {}));
    const questions = people(40);
    expect(await at.ask(questions)).toEqual(ALL_ASKED);
    expect(niksOf(at.told)).toEqual(niksOf(questions));
    expect(niksOf(at.server.calls)).toEqual(niksOf(questions));
    const { userId: USER_ID, password: PASSWORD, ipUser: IP_USER } = CREDENTIALS;
    expect(at.server.calls[0]?.body).toMatchObject({ USER_ID, PASSWORD, IP_USER });
    expect(at.told.filter(({ answer }) => answer.code === '13')).toHaveLength(1);
    expect([at.failed, at.events()]).toEqual([0, []]);
  });

  test('is asked over few connections, which stay', async () => {
    const at = await stationOf(() => ({ after: 2 }), { callsAtOnce: 4 });
    for (const from of [0, 100, 200]) await at.ask(people(300).slice(from, from + 100));
    expect(at.told).toHaveLength(300);
    expect(at.server.connections).toBeLessThanOrEqual(4);
    expect(at.server.mostAtOnce).toBe(4);
  });

  test('is asked no faster than is allowed', async () => {
    const at = await stationOf(undefined, { callsASecond: 40 });
    const { arrivals } = at.server;
    await at.ask(people(70));
    arrivals.forEach((time, place) => {
      expect((arrivals[place + 40] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThanOrEqual(1000);
    });
  });

  test('is nobody where there is nobody', async () => {
    const at = await stationOf();
    expect(await at.ask([])).toEqual(ALL_ASKED);
    expect(at.server.connections).toBe(0);
  });

  test('comes after the first one: that call is made alone, and the others beside each other', async () => {
    const at = await stationOf(() => ({ after: 60 }));
    const before: number[] = [];
    const tell = { answered: () => void before.push(at.server.calls.length), failed: () => {} };
    await at.caller.askAll(people(30), tell, new AbortController().signal);
    expect(before[0]).toBe(1);
    expect(at.server.mostAtOnce).toBeGreaterThan(4);
  });
});

describe.concurrent('what goes wrong', () => {
  const FAULTS: readonly Reply[] = [
    { status: 500, body: 'down' },
    { status: 503, body: '<html></html>' },
    { status: 408 },
    { status: 429 },
    { cut: 'at once' },
    { cut: 'within' },
    { body: '<html><body>Sesuai</body></html>' },
    { body: '' },
    { body: { content: [{ NIK: 'Sesuai' }] } },
    { body: { content: [{ ...SAME.content[0], NIK: '3171015708450001' }] } },
    { body: JSON.stringify(SAME).slice(0, 30) },
    coded('99'),
    { body: JSON.stringify({ ...SAME, more: 'x'.repeat(70_000) }) },
    { silent: true },
  ];

  test('with every fifth call is asked again until it is answered', async () => {
    const faultOf = (number: number) =>
      number % 5 === 2 ? FAULTS[((number - 2) / 5) % FAULTS.length] : undefined;
    const at = await stationOf(({ number }) => faultOf(number) ?? {}, { timeout: 500 });
    const questions = people(250);
    expect(await at.ask(questions)).toEqual(ALL_ASKED);
    expect(niksOf(at.told)).toEqual(niksOf(questions));
    expect(at.told.every(({ answer }) => answer.code === '01' && answer.kkMatches)).toBe(true);
    expect(at.failed).toBeGreaterThan(3 * FAULTS.length);
  });

  test('with one person each time leaves this one, and the others are answered', async () => {
    const [first, ...others] = people(12) as [Question, ...Question[]];
    const at = await stationOf(({ nik }) => (nik === first.nik ? { status: 500 } : {}));
    expect(await at.ask([first, ...others])).toEqual({ unanswered: [first], interruption: undefined });
    expect(niksOf(at.told)).toEqual(niksOf(others));
    expect(at.failed).toBeGreaterThan(5);
  });

  test('with many, who are the last to be asked again, is no reason to give the service up', async () => {
    const questions = people(60);
    const bad = new Set(niksOf(questions.filter((_, place) => place % 3 === 0 && place < 40)));
    const at = await stationOf(({ nik }) => (bad.has(nik) ? { cut: 'at once' } : {}), { patience: 1000 });
    const asked = await at.ask(questions);
    expect(asked.interruption).toBeUndefined();
    expect(new Set(niksOf(asked.unanswered))).toEqual(bad);
  });

  test('is not made up for by calling the more: a service that wants to be left alone for a second is', async () => {
    const busy: Reply = { status: 429, headers: { 'Retry-After': '1' } };
    const at = await stationOf(({ number }) => (number === 5 ? busy : {}), { callsAtOnce: 1 });
    expect(await at.ask(people(20))).toEqual(ALL_ASKED);
    const [fifth = 0, sixth = 0] = at.server.arrivals.slice(4);
    expect(sixth - fifth).toBeGreaterThan(990);
    expect(at.events()).toEqual(['dukcapil.slower']);
  });
});

test.each([
  [undefined, 0],
  ['0', 0],
  ['7', 7_000],
  ['3600', 60_000],
  ['Sun, 22 Nov 2026 10:00:30 GMT', 30_000],
  ['Sun, 22 Nov 2026 11:00:00 GMT', 60_000],
  ['Sun, 22 Nov 2026 09:00:00 GMT', 0],
  ['soon', 0],
])('Retry-After: %s', (header, hold) => {
  expect(holdOf(header, Date.parse('2026-11-22T10:00:00Z'))).toBe(hold);
});

describe.concurrent('a service that is gone', () => {
  test('is given up after the time that is set, and what happened last is told', async () => {
    const at = await stationOf(undefined, { patience: 700 });
    await at.server.stop();
    const questions = people(30);
    const why = 'Dukcapil has answered nobody for 0.7 s; what happened last: the connection is refused';
    expect(await at.ask(questions)).toEqual({
      unanswered: questions,
      interruption: { kind: 'unreachable', why },
    });
    expect([at.told, at.events()]).toEqual([[], ['dukcapil.silent']]);
    expect(at.failed).toBeGreaterThanOrEqual(10);
    expect(at.failed).toBeLessThan(20);
  });

  test('is given up at once where it is not to be waited for', async () => {
    const at = await stationOf(() => ({ silent: true }), { patience: 0, timeout: 50 });
    const why = 'Dukcapil has answered nobody for 0 s; what happened last: no whole answer within 0.05 s';
    expect((await at.ask(people(3))).interruption).toEqual({ kind: 'unreachable', why });
    expect(at.failed).toBe(1);
  });

  test('for a while is left alone, tried with one call, and answers everybody', async () => {
    let isGone = true;
    const at = await stationOf(() => (isGone ? { status: 502 } : { after: 5 }), { patience: 60_000 });
    const asked = at.ask(people(50));
    await expect.poll(at.events).toEqual(['dukcapil.silent']);
    expect(at.server.calls).toHaveLength(10);
    isGone = false;
    expect(await asked).toEqual(ALL_ASKED);
    expect(at.events()).toEqual(['dukcapil.silent', 'dukcapil.answering']);
    expect(at.server.calls).toHaveLength(60);
  });

  test('in the middle, with calls under way, answers everybody when it is back', async () => {
    const at = await stationOf(({ number }) => (number < 30 ? { after: 5 } : { cut: 'at once' }), {
      patience: 60_000,
    });
    const asked = at.ask(people(80));
    await expect.poll(at.events).toContain('dukcapil.silent');
    at.server.script = () => ({ after: 5 });
    expect(await asked).toEqual(ALL_ASKED);
    expect(niksOf(at.told)).toEqual(niksOf(people(80)));
  });
});
