import { execFileSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import postgres from 'postgres';
import { describe, expect, it, vi } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { locate } from '../../src/embedded/place.ts';
import { joinEmbeddedServer } from '../../src/embedded/server.ts';
import { initialisedHome, isStopped, query, serverPid, temporaryHome, User } from './homes.ts';

describe('one process', () => {
  it('has a server from nothing, and none after it has given it up', async () => {
    const home = await temporaryHome();
    const first = await joinEmbeddedServer(home);
    const second = await joinEmbeddedServer(home);
    expect(second.address).toEqual(first.address);

    const sql = 'select current_user as user, current_database() as database, upper($$é$$) as upper';
    const expected = { user: 'gelombang', database: 'gelombang', upper: 'É' };
    expect(await query(first.address, sql)).toEqual([expected]);
    const client = postgres(first.address);
    expect([...(await client.unsafe(sql))]).toEqual([expected]);
    await client.end();

    await second.release();
    expect(await isStopped(home)).toBe(false);
    await first.release();
    await first.release();
    expect(await isStopped(home)).toBe(true);
  });

  it('keeps what was written', async () => {
    const home = await initialisedHome();
    const before = await joinEmbeddedServer(home);
    await query(before.address, 'create table kept as select 42 as answer');
    await before.release();
    const after = await joinEmbeddedServer(home);
    expect(await query(after.address, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await after.release();
  });

  it('lets nobody in without the password, which others cannot read, over a socket that others cannot reach', async () => {
    const home = await initialisedHome();
    const { address, release } = await joinEmbeddedServer(home);
    const place = await locate(home);
    expect((await stat(place.password)).mode & 0o777).toBe(0o600);
    expect((await stat(place.socketDirectory)).mode & 0o777).toBe(0o700);
    await expect(query({ ...address, password: 'guessed' }, 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect(await query(address, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    await release();
  });

  it('does not mind what the environment says of other servers', async () => {
    const home = await initialisedHome();
    for (const [name, value] of Object.entries({
      PGSSLMODE: 'verify-full',
      PGOPTIONS: '-c garbage=1',
      PGTARGETSESSIONATTRS: 'standby',
    }))
      vi.stubEnv(name, value);
    const { address, release } = await joinEmbeddedServer(home);
    const database = await openDatabase(address, 1);
    expect(await database.sql`select 1 as one`).toEqual([{ one: 1 }]);
    const client = await database.copyPool.connect();
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    client.release();
    await database.close();
    vi.unstubAllEnvs();
    await release();
  });

  it('leaves the server out of the reach of a Ctrl-C in its terminal', async () => {
    const home = await initialisedHome();
    const { release } = await joinEmbeddedServer(home);
    const pid = await serverPid(home);
    const group = execFileSync('ps', ['-o', 'pgid=', '-p', String(pid)], { encoding: 'utf8' });
    expect(Number(group)).toBe(pid);
    await release();
  });
});

describe('several processes', () => {
  it('that begin at once from nothing share one server, which the last one stops', async () => {
    const home = await temporaryHome();
    const users = [new User(home), new User(home), new User(home)];
    const joined = await Promise.all(users.map((user) => user.joined()));
    expect(joined[1]).toEqual(joined[0]);
    expect(joined[2]).toEqual(joined[0]);
    const [first, ...others] = users;
    await first?.release();
    expect(await isStopped(home)).toBe(false);
    await Promise.all(others.map((user) => user.release()));
    expect(await isStopped(home)).toBe(true);
  });

  it('come and go without one of them losing the server that it has joined', async () => {
    const home = await initialisedHome();
    const users = [1, 2, 3].map(() => new User(home, 'churn', '5'));
    await Promise.all(users.map((user) => user.ended()));
    expect(await isStopped(home)).toBe(true);
  });

  it('are not disturbed by one that is killed', async () => {
    const home = await initialisedHome();
    const [killed, other] = [new User(home), new User(home)];
    await killed.joined();
    const { startedAt: _, ...address } = await other.joined();
    await killed.kill();
    expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
    await other.release();
    expect(await isStopped(home)).toBe(true);
  });

  it('join and at last stop a server whose only user was killed', async () => {
    const home = await initialisedHome();
    const killed = new User(home);
    const { startedAt } = await killed.joined();
    await killed.kill();
    expect(await isStopped(home)).toBe(false);
    const next = new User(home);
    expect((await next.joined()).startedAt).toBe(startedAt);
    await next.release();
    expect(await isStopped(home)).toBe(true);
  });
});
