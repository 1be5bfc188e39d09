/** A PostgreSQL of a test's own that listens on the loopback, with a certificate that was made for it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CHILD_ENVIRONMENT } from '../../src/embedded/account.ts';
import { findPackage, usableBinaries } from '../../src/embedded/binaries.ts';
import { ensureCluster } from '../../src/embedded/cluster.ts';
import { locate, type Place } from '../../src/embedded/place.ts';
import { readPostmaster } from '../../src/embedded/postmaster.ts';
import { selfSigned } from '../dukcapil/self-signed.ts';
import { freePort } from '../support/redis-server.ts';

export interface TlsServer {
  /** For 127.0.0.1, without a word of TLS. */
  readonly url: string;
  /** The certificate, which is its own authority. */
  readonly authority: string;
  stop(): Promise<void>;
}

export async function startTlsServer(home: string): Promise<TlsServer> {
  const place = await locate(home);
  const binaries = await usableBinaries(place, await findPackage());
  await ensureCluster(place, binaries);
  const { key, cert } = selfSigned();
  const files = join(place.directory, 'tls');
  await mkdir(files, { mode: 0o755 });
  const [keyFile, authority] = [join(files, 'server.key'), join(files, 'server.crt')];
  await writeFile(keyFile, key, { mode: 0o600 });
  await writeFile(authority, cert);
  if (place.account) await chown(keyFile, place.account.uid, place.account.gid);
  const port = await freePort();
  const settings = {
    ...{
      listen_addresses: '127.0.0.1',
      port,
      unix_socket_directories: '',
      fsync: 'off',
      shared_buffers: '16MB',
    },
    ...{ ssl: 'on', ssl_key_file: keyFile, ssl_cert_file: authority },
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(binaries.postgres, ['-D', place.data, ...options], {
    ...place.account,
    ...{ stdio: 'ignore', cwd: '/', env: CHILD_ENVIRONMENT },
  });
  await untilReady(place, server);
  const password = await readFile(place.password, 'utf8');
  const url = `postgres://gelombang:${password}@127.0.0.1:${port}/gelombang`;
  return { url, authority, stop: () => stop(server) };
}

async function untilReady(place: Place, server: ChildProcess): Promise<void> {
  while ((await readPostmaster(place))?.status !== 'ready') {
    if (server.exitCode !== null) throw new Error('PostgreSQL did not start with TLS');
    await pause(20);
  }
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGINT');
  await ended;
}
