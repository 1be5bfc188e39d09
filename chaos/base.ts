/** What every case begins with: a cluster in which a wave is ready to be closed, made once by the program's own commands. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateWave, type WaveFiles } from '../fixtures/generate.ts';
import { openDatabase } from '../src/db/database.ts';
import { unlock } from '../src/keys/data-keys.ts';
import { commitmentOf } from '../src/proof/seed.ts';
import { placeOfSecret } from '../src/wave/record.ts';
import type { Cleanup } from './cleanup.ts';
import { copyHome, PostgresServer } from './postgres-server.ts';
import { Program } from './programs.ts';
import { FAILING_FUNCTION } from './proxy/sql-proxy.ts';
import { hasRedis, type RedisServer, startedRedis } from './redis-server.ts';

export const WAVE = 17;
/** Of the program where nothing is said: the database of an installation that brings its own PostgreSQL. */
export const DATABASE = 'gelombang';
/** The same before its applications were imported. */
export const OPENED = 'opened';

/** Few enough for a wave of a second, with some of every outcome. */
const APPLICATIONS = 600;
const FILES = 2;
const LONGEST_COMMAND = 60_000;
const ENTROPY = 'c4'.repeat(32);
const HOUSEHOLD_KEY = Buffer.from('0b'.repeat(32), 'hex');
/** The master key of all that the harness seals. */
export const KEY = '5e'.repeat(32);
/** What of a home is PostgreSQL's and not the program's. */
const CLUSTER = /^(postgresql|POSTGRESQL-IS-ELSEWHERE\.txt)$/;

export interface Base {
  /** For the folders of cases. */
  readonly folder: string;
  readonly server: PostgresServer;
  /** Undefined where there is no redis-server. */
  readonly redis: RedisServer | undefined;
  /** Files of applications, in their order. */
  readonly applicants: readonly string[];
  readonly files: WaveFiles;
  /** A home whose server does not run, to be copied whole. */
  readonly stoppedHome: string;
  /** Kilobytes that it takes. */
  readonly homeSize: number;
  /** A database for a case, as the wave is ready to be closed, or before its applications came in. */
  clone(name: string, from: 'imported' | 'opened'): Promise<void>;
  /** What the program keeps in its home beside the database. */
  copyKept(to: string): Promise<void>;
}

export interface Wanted {
  readonly seed: number;
  /** Of each stage. More than the size asks for: so that steps run side by side and hand on to each other. */
  readonly parts: number;
}

/** @param folder Empty, and open to the account that PostgreSQL runs as. */
export async function makeBase(folder: string, { seed, parts }: Wanted, cleanup: Cleanup): Promise<Base> {
  const files = await generateWave({ out: join(folder, 'wave'), applicants: APPLICATIONS, seed });
  const applicants = await cut(files.applicants, FILES);
  const home = join(folder, 'base');
  const server = await PostgresServer.at(home);
  cleanup.add(
    async () => {
      await server.stop();
      server.endAtOnce();
    },
    () => server.endAtOnce(),
  );
  await server.start();
  await prepare(server, home, parts, { ...files, applicants });
  await server.stop();
  const stoppedHome = join(folder, 'stopped');
  await copyHome(home, stoppedHome);
  await server.start();
  return {
    ...{
      folder,
      server,
      files,
      applicants,
      stoppedHome,
      homeSize: await sizeOf(stoppedHome),
      redis: hasRedis() ? await startedRedis(folder, cleanup) : undefined,
    },
    clone: async (name, from) => {
      await server.ask(`create database ${name} template ${from === 'opened' ? OPENED : DATABASE}`);
    },
    copyKept: (to) => copyKept(home, to),
  };
}

async function prepare(
  server: PostgresServer,
  home: string,
  parts: number,
  files: Omit<WaveFiles, 'applicants'> & { readonly applicants: readonly string[] },
): Promise<void> {
  const run = async (...args: readonly string[]) => {
    const environment = { PATH: process.env.PATH ?? '', GELOMBANG_HOME: home, GELOMBANG_KEY: KEY };
    const settings = {
      DATABASE_URL: server.url(DATABASE),
      GELOMBANG_NOTICES: join(home, 'notices'),
      XDG_CONFIG_HOME: `${home}-config`,
    };
    const program = new Program({ args, environment: { ...environment, ...settings }, nodeOptions: [] });
    const ended = await program.endedWithin(LONGEST_COMMAND);
    if (ended?.code === 0) return;
    program.kill();
    throw new Error(`${program.command} ended with ${ended?.code ?? 'nothing'}: ${program.said}`);
  };
  await run('wave', 'open', String(WAVE), '--policy', files.policy);
  await run('import', 'registry', files.registry);
  for (const { name, kind, path } of files.lists)
    await run('import', 'list', path, '--name', name, '--kind', kind);
  await run('import', 'recipients', files.recipients);
  await foretell(server, parts);
  await server.ask(FAILING_FUNCTION, DATABASE);
  await server.ask(`create database ${OPENED} template ${DATABASE}`);
  for (const path of files.applicants) await run('import', 'applicants', path, '--wave', String(WAVE));
}

/**
 * The same key and secret in every run of the harness, and a wave that is cut into parts though it is small: by a
 * trigger in the database, since the program itself is not to know of the harness.
 */
async function foretell(server: PostgresServer, parts: number): Promise<void> {
  const database = await openDatabase(server.url(DATABASE), 1);
  try {
    await unlock(database, { kind: 'given', key: Buffer.from(KEY, 'hex'), next: undefined }, true);
    const { keys } = database;
    const household = keys.sealed(placeOfSecret('household_key', WAVE), HOUSEHOLD_KEY);
    const secret = keys.sealed(placeOfSecret('secret', WAVE), Buffer.from(ENTROPY));
    await database.sql.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql`
        update wave set household_key = ${household}, secret = ${secret}, entropy_commitment = ${commitmentOf(ENTROPY)}
        where id = ${WAVE}`;
      await sql.unsafe(moreParts(parts));
    });
  } finally {
    await database.close();
  }
}

function moreParts(parts: number): string {
  return `create function more_parts() returns trigger language plpgsql as
    $$ begin new.parts := ${parts}; return new; end $$;
  create trigger more_parts before insert on run for each row execute function more_parts()`;
}

/** The file in so many, each with its header. */
async function cut(path: string, count: number): Promise<string[]> {
  const [header = '', ...rows] = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const every = Math.ceil(rows.length / count);
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const part = path.replace(/\.csv$/, `-${at + 1}.csv`);
      const lines = [header, ...rows.slice(at * every, (at + 1) * every)];
      await writeFile(part, `${lines.join('\n')}\n`);
      return part;
    }),
  );
}

/** Kilobytes on the disk. */
async function sizeOf(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['-sk', folder]);
  return Number.parseInt(stdout, 10);
}

async function copyKept(home: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of await readdir(home)) {
    if (!CLUSTER.test(name)) await cp(join(home, name), join(to, name), { recursive: true });
  }
}
