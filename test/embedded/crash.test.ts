import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locate } from '../../src/embedded/place.ts';
import { joinEmbeddedServer } from '../../src/embedded/server.ts';
import { afterTest } from '../support/ends.ts';
import {
  initialisedHome,
  isStopped,
  killAndWait,
  logOf,
  query,
  serverAccount,
  serverPid,
  temporaryHome,
  User,
  until,
} from './homes.ts';

/** A home whose server was killed with its only user, after it had written a table. */
async function crashedHome(): Promise<string> {
  const home = await initialisedHome();
  const user = new User(home);
  const { startedAt: _, ...address } = await user.joined();
  await query(address, 'create table kept as select 42 as answer');
  await user.kill();
  await killAndWait(await serverPid(home));
  return home;
}

async function expectRecovered(home: string): Promise<void> {
  const { address, release } = await joinEmbeddedServer(home);
  expect(await query(address, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await release();
  expect(await isStopped(home)).toBe(true);
}

describe('a server that was killed', () => {
  it('recovers, past its stale lock and socket', async () => {
    const home = await crashedHome();
    expect(await isStopped(home)).toBe(false);
    await expectRecovered(home);
  });

  it('recovers once for several that come at once', async () => {
    const home = await crashedHome();
    const users = [new User(home), new User(home)];
    const [one, other] = await Promise.all(users.map((user) => user.joined()));
    expect(one).toEqual(other);
    await Promise.all(users.map((user) => user.release()));
    expect(await isStopped(home)).toBe(true);
  });

  it('recovers when another process of its user has got its id', async () => {
    const home = await crashedHome();
    const other = spawn('sleep', ['600'], { ...(await serverAccount(home)), cwd: '/', stdio: 'ignore' });
    await once(other, 'spawn');
    const ended = once(other, 'exit');
    afterTest(async () => {
      other.kill('SIGKILL');
      await ended;
    });
    const place = await locate(home);
    const locks = [join(place.data, 'postmaster.pid'), join(place.socketDirectory, '.s.PGSQL.5432.lock')];
    for (const lock of locks) {
      const lines = (await readFile(lock, 'utf8')).split('\n');
      await writeFile(lock, [String(other.pid), ...lines.slice(1)].join('\n'));
    }
    await expectRecovered(home);
  });

  it('recovers when it was killed before it had written its id', async () => {
    const home = await crashedHome();
    const lock = join((await locate(home)).data, 'postmaster.pid');
    await writeFile(lock, '');
    await utimes(lock, 1, 1);
    await expectRecovered(home);
  });

  it('is started again for a user that still holds it', async () => {
    const home = await initialisedHome();
    const { address, release } = await joinEmbeddedServer(home);
    const killed = await serverPid(home);
    await killAndWait(killed);
    await until(async () => await answers(address));
    expect(await serverPid(home)).not.toBe(killed);
    await release();
    expect(await isStopped(home)).toBe(true);
  });

  it('is not stopped by another while a user of it holds on, though a crash of a session took all locks', async () => {
    const home = await initialisedHome();
    const { address, release } = await joinEmbeddedServer(home);
    const holder = `select pid from pg_stat_activity where application_name like 'gelombang: holds%'`;
    const [before] = await query(address, holder);
    await killAndWait(Number(before?.pid));
    await until(async () => (await answers(address)) && (await query(address, holder)).length === 1);
    await (await joinEmbeddedServer(home)).release();
    expect(await isStopped(home)).toBe(false);
    await release();
    expect(await isStopped(home)).toBe(true);
  });
});

async function answers(address: Parameters<typeof query>[0]): Promise<boolean> {
  return await query(address, 'select 1').then(
    () => true,
    () => false,
  );
}

describe('a cluster', () => {
  it('that was half made is made anew, and what a dead maker left is cleared away', async () => {
    const home = await temporaryHome();
    const dead = spawn('true');
    await once(dead, 'exit');
    const { directory } = await locate(home);
    const draft = join(directory, `cluster.draft-${dead.pid}-0badcafe`);
    const living = join(directory, `cluster.draft-${process.pid}-0badcafe`);
    for (const path of [draft, living]) await mkdir(join(path, 'data'), { recursive: true });
    await writeFile(join(draft, 'data', 'PG_VERSION'), '18\n');

    const { address, release } = await joinEmbeddedServer(home);
    expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
    const drafts = (await readdir(directory)).filter((entry) => entry.includes('draft'));
    expect(drafts).toEqual([`cluster.draft-${process.pid}-0badcafe`]);
    await release();
  });

  it('whose maker is killed half-way is made by the next', async () => {
    const home = await temporaryHome();
    const maker = new User(home);
    const { directory } = await locate(home);
    const hasDraft = async () => (await readdir(directory)).some((entry) => entry.includes('draft'));
    await until(hasDraft);
    await maker.kill();
    const { address, release } = await joinEmbeddedServer(home);
    expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
    await release();
    // The initdb of the killed maker may have gone on for a while.
    await until(async () => {
      await (await joinEmbeddedServer(home)).release();
      return !(await hasDraft());
    });
  });
});

describe('a server that cannot start', () => {
  it('is reported at once, with its log, its last lines and no password', async () => {
    const home = await initialisedHome();
    await (await joinEmbeddedServer(home)).release();
    const place = await locate(home);
    await writeFile(join(place.data, 'postgresql.conf'), 'no_such_setting = 1\n');
    const error = await joinEmbeddedServer(home).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'GelombangError', concerns: { log: place.log } });
    expect(String(error)).toContain('no_such_setting');
    expect(JSON.stringify(error) + String(error)).not.toContain(await readFile(place.password, 'utf8'));
  });

  it('does not log what a statement held', async () => {
    const home = await initialisedHome();
    const { address, release } = await joinEmbeddedServer(home);
    await expect(query(address, `select '3171234567890001'::date`)).rejects.toThrow('3171234567890001');
    await release();
    expect(await logOf(home)).not.toContain('3171234567890001');
  });
});
