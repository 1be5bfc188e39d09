/** PostgreSQL over TLS: both clients hold to what the address says, and a server that is not trusted is refused. */
import { once } from 'node:events';
import { chmod, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { isLoopback, transportOf } from '../../src/db/tls.ts';
import { selfSigned } from '../dukcapil/self-signed.ts';
import { installation, temporaryFolder } from '../support/installation.ts';
import { runProgram } from '../support/program.ts';
import { startTlsServer, type TlsServer } from './tls-server.ts';

const ENCRYPTED = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()';

let server: TlsServer;
/** The certificate of somebody else, and a key. */
let stranger: string;
let key: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  const other = selfSigned();
  [stranger, key] = [join(folder, 'stranger.crt'), join(folder, 'stranger.key')];
  await writeFile(stranger, other.cert);
  await writeFile(key, other.key, { mode: 0o600 });
  server = await startTlsServer(join(folder, 'home'));
});

afterAll(() => server.stop());

/** The server's address with these settings; `localhost` is not in its certificate. */
function urlWith(settings: Readonly<Record<string, string>>, host = '127.0.0.1'): string {
  const url = new URL(server.url);
  url.hostname = host;
  for (const [name, value] of Object.entries(settings)) url.searchParams.set(name, value);
  return url.href;
}

/** What each of the two clients has: whether it is encrypted. */
async function encrypted(url: string): Promise<readonly unknown[]> {
  const { sql, copyPool, close, transport } = await openDatabase(url, 1);
  try {
    const [own] = await sql.unsafe<{ ssl: boolean }[]>(ENCRYPTED);
    const { rows } = await copyPool.query(ENCRYPTED);
    return [own?.ssl, rows[0].ssl, transport.isEncrypted];
  } finally {
    await close();
  }
}

describe('a server with a certificate', () => {
  const own = () => ({ sslrootcert: server.authority });
  const other = () => ({ sslrootcert: stranger });

  test.each([
    { what: 'nothing is said, on this machine', settings: () => ({}), tls: false },
    { what: 'disable', settings: () => ({ sslmode: 'disable' }), tls: false },
    { what: 'prefer', settings: () => ({ sslmode: 'prefer' }), tls: true },
    { what: 'require, whoever signed it', settings: () => ({ sslmode: 'require' }), tls: true },
    { what: 'ssl=true, as libpq has it', settings: () => ({ ssl: 'true' }), tls: true },
    { what: 'require with its authority', settings: () => ({ sslmode: 'require', ...own() }), tls: true },
    { what: 'verify-ca', settings: () => ({ sslmode: 'verify-ca', ...own() }), tls: true },
    { what: 'verify-full', settings: () => ({ sslmode: 'verify-full', ...own() }), tls: true },
    {
      what: 'verify-ca by another name of the host',
      settings: () => ({ sslmode: 'verify-ca', ...own() }),
      host: 'localhost',
      tls: true,
    },
  ])('is talked to by both clients alike: $what', async ({ settings, host, tls }) => {
    expect(await encrypted(urlWith(settings(), host))).toEqual([tls, tls, tls]);
  });

  test.each([
    { what: 'verify-full, nobody known has signed it', settings: () => ({ sslmode: 'verify-full' }) },
    { what: 'verify-full, another authority', settings: () => ({ sslmode: 'verify-full', ...other() }) },
    { what: 'verify-ca, nobody known has signed it', settings: () => ({ sslmode: 'verify-ca' }) },
    { what: 'verify-ca, another authority', settings: () => ({ sslmode: 'verify-ca', ...other() }) },
    { what: 'require, another authority', settings: () => ({ sslmode: 'require', ...other() }) },
    {
      what: 'verify-full, by another name of the host',
      settings: () => ({ sslmode: 'verify-full', ...own() }),
      host: 'localhost',
    },
  ])('is refused: $what', async ({ settings, host }) => {
    await expect(openDatabase(urlWith(settings(), host), 1)).rejects.toMatchObject({
      message: expect.stringMatching(/^the certificate of PostgreSQL is not trusted: /),
      next: expect.stringContaining('sslrootcert'),
    });
  });
});

test.each([
  { settings: { sslmode: 'verify-ca' }, host: 'localhost', trusted: false },
  { settings: { sslmode: 'verify-ca' }, host: '127.0.0.1', trusted: true },
  { settings: { sslmode: 'require', sslrootcert: 'system' }, host: 'localhost', trusted: false },
])('whoever signs for everybody is trusted with the name of the host alone: %o', async (each) => {
  const at = await installation();
  const ended = await runProgram(at, ['database', 'status'], {
    DATABASE_URL: urlWith(each.settings, each.host),
    // One of those that Node brings along, as far as the program can tell.
    NODE_EXTRA_CA_CERTS: server.authority,
  });
  expect(ended.code).toBe(each.trusted ? 0 : 1);
  if (!each.trusted) expect(ended.stderr).toContain('the certificate of PostgreSQL is not trusted');
});

test('a command that talks to other machines in clear text says so, and goes on', async () => {
  const ended = await runProgram(await installation(), ['database', 'status'], {
    // This machine, by an address that does not say so.
    DATABASE_URL: urlWith({ sslmode: 'disable' }, '0.0.0.0'),
    REDIS_URL: 'redis://queue.example',
  });
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/^warning: DATABASE_URL leads to another machine without TLS/m);
  expect(ended.stderr).toMatch(/^warning: REDIS_URL leads to another machine without TLS/m);
});

describe('settings', () => {
  test('that there are not are refused', async () => {
    await expect(transportOf(urlWith({ sslmode: 'always' }))).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      next: expect.stringContaining('verify-full'),
    });
  });

  test.each([
    [{ sslrootcert: '/nowhere/root.crt' }, 'sslrootcert in DATABASE_URL: /nowhere/root.crt cannot be read'],
    [{ sslcert: '/nowhere/own.crt' }, 'sslcert in DATABASE_URL is set alone'],
  ])('that name what cannot be used are refused: %o', async (files, message) => {
    await expect(transportOf(urlWith({ sslmode: 'require', ...files }))).rejects.toMatchObject({
      ...{ code: 'INPUT_REFUSED', message: expect.stringContaining(message) },
    });
  });

  test('name a key that others may read, and are refused until it is the owner’s alone', async () => {
    const own = urlWith({ sslmode: 'require', sslcert: stranger, sslkey: key });
    await chmod(key, 0o644);
    await expect(transportOf(own)).rejects.toMatchObject({ next: `Take it from them: chmod 600 ${key}` });
    await chmod(key, 0o600);
    expect(await encrypted(own)).toEqual([true, true, true]);
  });

  test('are no part of the address that the clients are given', async () => {
    const { url } = await transportOf(urlWith({ sslmode: 'require', application_name: 'kept' }));
    expect(new URL(url).search).toBe('?application_name=kept');
  });
});

test('a server without TLS is refused where it has to have it', async () => {
  const plain = createServer((socket) => socket.once('data', () => socket.end('N')));
  await once(plain.listen(0, '127.0.0.1'), 'listening');
  const { port } = plain.address() as AddressInfo;
  const refused = transportOf(`postgres://127.0.0.1:${port}/x?sslmode=require`);
  await expect(refused).rejects.toMatchObject({ message: expect.stringContaining('PostgreSQL has no TLS') });
  expect(await transportOf(`postgres://127.0.0.1:${port}/x?sslmode=prefer`)).toMatchObject({ tls: false });
  plain.close();
});

test.each([
  ['localhost', true],
  ['127.1.2.3', true],
  ['::1', true],
  ['/var/run/postgresql', true],
  ['10.0.0.1', false],
  ['db.example.org', false],
])('%s is on this machine: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is);
});
