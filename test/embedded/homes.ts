import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, lstat, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { locate, type Place } from '../../src/embedded/place.ts';
import { readPostmaster } from '../../src/embedded/postmaster.ts';
import { joinEmbeddedServer, type ServerAddress } from '../../src/embedded/server.ts';
import { afterFile, afterTest } from '../support/ends.ts';

const SCRIPT = fileURLToPath(new URL('../support/embedded-user.mjs', import.meta.url));

/** An initdb whose maker was killed may still be writing. */
const FOR_GOOD = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/** A home that need not exist yet, in a directory of `mode`; its server and files are gone after the test. */
export async function temporaryHome(mode = 0o755, name = 'home'): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gelombang-embedded-'));
  await chmod(directory, mode);
  const home = join(directory, name);
  afterTest(async () => {
    if (await exists(home)) await removeServer(await locate(home));
    await rm(directory, FOR_GOOD);
  });
  return home;
}

let example: Promise<string> | undefined;

/** A home whose server has been made before: a copy of one that is made once for the file. */
export async function initialisedHome(): Promise<string> {
  example ??= makeExample();
  const home = await temporaryHome();
  execFileSync('cp', ['-a', await example, home]);
  return home;
}

async function makeExample(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'gelombang-example-'));
  afterFile(async () => {
    example = undefined;
    await rm(directory, FOR_GOOD);
  });
  await chmod(directory, 0o755);
  const home = join(directory, 'home');
  await (await joinEmbeddedServer(home)).release();
  return home;
}

async function removeServer(place: Place): Promise<void> {
  const left = await readPostmaster(place);
  if (left) await killAndWait(left.pid);
  await rm(place.socketDirectory, FOR_GOOD);
  await rm(await realpath(place.directory), FOR_GOOD);
}

export async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

/** SIGKILL, and until the kernel has nothing left of it. */
export async function killAndWait(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      return;
    }
    await pause(5);
  }
}

/** The id of the running server. */
export async function serverPid(home: string): Promise<number> {
  const running = await readPostmaster(await locate(home));
  if (running === undefined) throw new Error('no server runs');
  return running.pid;
}

/** The user that the server's files belong to, to start other processes as. */
export async function serverAccount(home: string): Promise<{ uid: number; gid: number }> {
  const { uid, gid } = await lstat((await locate(home)).cluster);
  return { uid, gid };
}

export async function isStopped(home: string): Promise<boolean> {
  const place = await locate(home);
  const socket = join(place.socketDirectory, '.s.PGSQL.5432');
  return !(await exists(join(place.data, 'postmaster.pid'))) && !(await exists(socket));
}

export async function query(address: ServerAddress, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ ...address });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

/** Another process that uses the server. */
export class User {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #closed: Promise<unknown>;
  #complaint = '';

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [SCRIPT, ...args], { cwd: dirname(SCRIPT) });
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint += chunk.toString();
    });
    this.#closed = once(this.child, 'close');
    afterTest(async () => {
      this.child.kill('SIGKILL');
      await this.#closed;
    });
  }

  async joined(): Promise<ServerAddress & { startedAt: string }> {
    for await (const line of createInterface(this.child.stdout)) return JSON.parse(line);
    throw new Error(`it ended before it had joined: ${this.#complaint}`);
  }

  async release(): Promise<void> {
    this.child.stdin.end();
    await this.ended();
  }

  /** Throws what it complained about. Waits for its pipes to close: a server that had inherited them would not let them. */
  async ended(): Promise<void> {
    await this.#closed;
    if (this.child.exitCode !== 0) throw new Error(this.#complaint);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.#closed;
  }
}

export async function until(happened: () => Promise<boolean>): Promise<void> {
  while (!(await happened())) await pause(20);
}

export async function logOf(home: string): Promise<string> {
  return await readFile((await locate(home)).log, 'utf8');
}
