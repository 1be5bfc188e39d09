/**
 * How a server is talked to: what an address says of TLS, as libpq reads it. The two clients read it differently, and one of
 * them asks for TLS without looking at the certificate: so it is read here, once, and neither sees it.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { GelombangError } from '../errors.ts';
import { type NamedFile, readTlsFiles } from './tls-files.ts';

export interface Transport {
  /** The address without what it says of TLS. */
  readonly url: string;
  /** False: in clear text. */
  readonly tls: ConnectionOptions | false;
  /** Over a unix socket or the loopback. */
  readonly isLocal: boolean;
}

const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
type Mode = (typeof MODES)[number];

const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const;
const SETTINGS = ['sslmode', 'ssl', ...FILES];

/** Whether clear text is good enough where the server has nothing better. */
const ANY_WAY: readonly Mode[] = ['allow', 'prefer'];

/** The authorities that Node brings along. They sign for everybody: the name of the host is looked at too, as in libpq. */
const SYSTEM = 'system';
const VERIFYING: readonly Mode[] = ['verify-ca', 'verify-full'];

/** Length and code of the message that asks a server whether it has TLS. */
const SSL_REQUEST = Buffer.from('0000000804d2162f', 'hex');
const YES = 'S'.charCodeAt(0);

/** Milliseconds. */
const LONGEST_ANSWER = 10_000;

/**
 * Reads `sslmode`, `sslrootcert`, `sslcert` and `sslkey`. Without `sslmode` it is `prefer`, as in libpq, but for servers on
 * this machine, where it is `disable`.
 * @throws GelombangError INPUT_REFUSED for settings that cannot be used, UNEXPECTED for a server without TLS that has to have it.
 */
export async function transportOf(address: string): Promise<Transport> {
  const url = new URL(address);
  const host = decodeURIComponent(url.hostname);
  const isLocal = isLoopback(host);
  const named = SETTINGS.some((name) => url.searchParams.has(name));
  const mode = modeOf(url, isLocal);
  const files = Object.fromEntries(FILES.map((name) => [name, fileOf(url, name)]));
  for (const name of SETTINGS) url.searchParams.delete(name);
  const plain = { url: named ? url.href : address, tls: false, isLocal } as const;
  if (mode === 'disable' || host.startsWith('/')) return plain;
  if (!(await offersTls(host, Number(url.port || '5432')))) {
    // A root certificate is there to be held against.
    if (ANY_WAY.includes(mode) && files.sslrootcert === undefined) return plain;
    throw new GelombangError('UNEXPECTED', 'PostgreSQL has no TLS, and DATABASE_URL asks for it', {
      next: 'Turn it on at the server (ssl = on), or set sslmode=disable where the way to it is safe.',
    });
  }
  const { sslrootcert, sslcert, sslkey } = files;
  const isSystem = sslrootcert === undefined ? VERIFYING.includes(mode) : sslrootcert.path === SYSTEM;
  const ca = isSystem ? undefined : sslrootcert;
  const read = await readTlsFiles({ ca, cert: sslcert, key: sslkey });
  return { ...plain, tls: { host, ...read, ...checksOf(isSystem ? 'verify-full' : mode, ca !== undefined) } };
}

/** What of the certificate is looked at: as in libpq, who signed it is where an authority is named. */
function checksOf(mode: Mode, hasAuthority: boolean): ConnectionOptions {
  if (mode === 'verify-full') return { rejectUnauthorized: true };
  if (mode === 'verify-ca' || hasAuthority)
    return { rejectUnauthorized: true, checkServerIdentity: () => undefined };
  return { rejectUnauthorized: false };
}

function modeOf(url: URL, isLocal: boolean): Mode {
  const given =
    url.searchParams.get('sslmode') ?? (url.searchParams.get('ssl') === 'true' ? 'require' : null);
  if (given === null) return isLocal ? 'disable' : 'prefer';
  const mode = MODES.find((each) => each === given);
  if (mode !== undefined) return mode;
  throw new GelombangError('INPUT_REFUSED', 'DATABASE_URL has an sslmode that there is not', {
    next: `Use one of ${MODES.join(', ')}.`,
  });
}

function fileOf(url: URL, setting: (typeof FILES)[number]): NamedFile | undefined {
  const path = url.searchParams.get(setting);
  return path === null || path === '' ? undefined : { setting: `${setting} in DATABASE_URL`, path };
}

/** Of a host's name or address; a unix socket's folder is as near. */
export function isLoopback(host: string): boolean {
  return host === '' || host.startsWith('/') || /^(localhost|127\.[\d.]+|\[?::1\]?)$/.test(host);
}

/** A server that cannot be reached says so to the client that comes after this. */
async function offersTls(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host: host.replace(/^\[|\]$/g, ''), port });
  socket.setTimeout(LONGEST_ANSWER, () => socket.destroy());
  try {
    return await answerOf(socket);
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

async function answerOf(socket: Socket): Promise<boolean> {
  await once(socket, 'connect');
  socket.write(SSL_REQUEST);
  const closed = once(socket, 'close').then(() => [Buffer.alloc(0)]);
  const [answer] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer];
  return answer[0] === YES;
}
