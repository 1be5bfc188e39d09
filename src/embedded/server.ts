import { createHmac } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';
import { Hold } from './hold.ts';
import { DATABASE, locate, PORT, USER } from './place.ts';

/** For `pg` and `postgres` as it stands: the host is the directory of a unix socket. */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface EmbeddedServer {
  /** Of the server's superuser, who owns the tables. */
  readonly address: ServerAddress;
  /** Of an ordinary login, for the program: whoever owns the tables makes it. */
  readonly program: ServerAddress;
  /** Gives the server up; the last user stops it. */
  release(): Promise<void>;
}

/**
 * Starts the server under `home`, which need not exist yet, or joins the one that runs. It is shared by all processes
 * that have joined and not released it; until then it keeps the process alive.
 * @throws GelombangError with the path and the last lines of the server's log when it cannot be had.
 */
export async function joinEmbeddedServer(home: string): Promise<EmbeddedServer> {
  if (process.platform === 'win32') {
    throw new GelombangError('UNEXPECTED', 'The PostgreSQL that comes along is not used on Windows.', {
      next: 'Set DATABASE_URL, or use WSL.',
    });
  }
  const place = await locate(home);
  const hold = await Hold.take(place);
  const password = await readFile(place.password, 'utf8');
  const address = { host: place.socketDirectory, port: PORT, user: USER, password, database: DATABASE };
  const program = { ...address, user: PROGRAM, password: passwordOf(PROGRAM, password) };
  return { address, program, release: () => hold.release() };
}

const PROGRAM = 'gelombang_program';

/** Not kept anywhere: it follows from the one that is, and gives nothing of it away. */
function passwordOf(login: string, password: string): string {
  return createHmac('sha256', password).update(`password of ${login}`).digest('base64url');
}
