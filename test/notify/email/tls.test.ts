/** What is said in the clear, and to whom: a server is believed that shows a certificate of those that are trusted. */
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../dukcapil/self-signed.ts';
import { NEVER, noticeOf, openGateway, stationOf } from './station.ts';

const tls = selfSigned();
const other = selfSigned();

const UNTRUSTED = {
  state: 'created',
  reason: expect.stringMatching(/^the server's certificate is not one to be trusted \([A-Z_]+\)/),
  isDown: true,
};

describe.each([
  ['by STARTTLS', false],
  ['from the beginning', true],
])('a server that encrypts %s', (_, fromTheBeginning) => {
  test('is trusted where its authority is', async () => {
    const { server, send } = await stationOf(
      undefined,
      { ca: tls.cert },
      { tls: { ...tls, fromTheBeginning } },
    );
    expect(await send()).toEqual({ state: 'sent' });
    expect([server.count, server.secured]).toEqual([1, 1]);
  });

  test.each([
    ['nobody', undefined],
    ['somebody else', other.cert],
  ])('is not where %s is trusted', async (_, ca) => {
    const { server, send } = await stationOf(undefined, { ca }, { tls: { ...tls, fromTheBeginning } });
    expect(await send()).toEqual(UNTRUSTED);
    expect(server.begun).toBe(0);
  });
});

describe('a server that is not of this machine by its address', () => {
  test('is told nothing where it does not encrypt', async () => {
    const login = { user: 'prakerja', pass: 'secret' };
    const { server } = await stationOf(undefined, {}, { login });
    const gateway = openGateway({ url: `smtp://prakerja:secret@0.0.0.0:${server.port}` });
    const reason = expect.stringMatching(/^the server does not speak STARTTLS \(5\d\d\)$/);
    expect(await gateway.send(noticeOf(), NEVER)).toEqual({ state: 'created', reason, isDown: true });
    expect([server.begun, server.logins]).toEqual([0, 0]);
  });

  test('is told nothing where its certificate is for another one', async () => {
    const { server } = await stationOf(undefined, {}, { tls });
    const gateway = openGateway({ url: `smtp://0.0.0.0:${server.port}`, ca: tls.cert });
    expect(await gateway.send(noticeOf(), NEVER)).toEqual(UNTRUSTED);
    expect(server.begun).toBe(0);
  });
});
