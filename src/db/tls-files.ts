/** Certificates and keys for connections, read from files; and what is wrong where one is not trusted. */
import { readFile, stat } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';

/** A file, and the setting that names it. */
export interface NamedFile {
  readonly setting: string;
  readonly path: string;
}

export interface TlsFiles {
  /** The authorities that may have signed the server's certificate; those that Node brings along if not given. */
  readonly ca?: NamedFile | undefined;
  /** What this program shows to the server; with its key. */
  readonly cert?: NamedFile | undefined;
  readonly key?: NamedFile | undefined;
}

export type TlsContents = { readonly [Name in keyof TlsFiles]?: Buffer };

/** What anybody but its owner may do to a key; a key of root's may be read by its group. */
const OTHERS = 0o077;
const OTHERS_BUT_GROUP = 0o037;

/** @throws GelombangError INPUT_REFUSED naming the setting whose file cannot be used. */
export async function readTlsFiles({ ca, cert, key }: TlsFiles): Promise<TlsContents> {
  if ((cert === undefined) !== (key === undefined)) {
    throw new GelombangError(
      'INPUT_REFUSED',
      `${(cert ?? key)?.setting} is set alone: a certificate and its key come together`,
      { next: 'Set the other as well, or neither.' },
    );
  }
  if (key !== undefined) await refuseOpenKey(key);
  return {
    ...(ca === undefined ? {} : { ca: await contentOf(ca) }),
    ...(cert === undefined ? {} : { cert: await contentOf(cert) }),
    ...(key === undefined ? {} : { key: await contentOf(key) }),
  };
}

async function contentOf({ setting, path }: NamedFile): Promise<Buffer> {
  return await readFile(path).catch((cause: unknown) => {
    throw new GelombangError('INPUT_REFUSED', `${setting}: ${path} cannot be read`, {
      cause,
      next: 'Look at the path and its permissions.',
    });
  });
}

async function refuseOpenKey({ setting, path }: NamedFile): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || (found.mode & (found.uid === 0 ? OTHERS_BUT_GROUP : OTHERS)) === 0) return;
  throw new GelombangError('INPUT_REFUSED', `${setting}: ${path} is a key that others may read`, {
    next: `Take it from them: chmod 600 ${path}`,
  });
}

/** Codes of OpenSSL and of Node for a certificate that is not what it has to be. */
const UNTRUSTED =
  /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(GET|VERIFY|DECRYPT|DECODE)_|CERT_|ERR_TLS_|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Why the server's certificate is not trusted; undefined where something else is wrong. */
export function mistrustOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !UNTRUSTED.test(String(error.code)))
    return undefined;
  return error.message;
}
