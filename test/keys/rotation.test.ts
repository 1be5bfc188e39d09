/** Keys are replaced, and whatever that is cut off at, everything can still be read, and the next one goes on with it. */
import { EventEmitter, once } from 'node:events';
import { copyFile, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, inject, test } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { SESSION_LOCKS } from '../../src/db/locks.ts';
import { endSession, holdersOf } from '../../src/db/session.ts';
import { alone } from '../../src/files/alone.ts';
import { keepUp, take, unlock } from '../../src/keys/data-keys.ts';
import { writeMasters } from '../../src/keys/key-file.ts';
import { type MasterSource, masterOf, newMaster, readMasters } from '../../src/keys/master.ts';
import { keyStatus, rotateKeys } from '../../src/keys/rotation.ts';
import { keyIdOf } from '../../src/keys/sealing.ts';
import { thisMachine } from '../../src/machine.ts';
import { runHere } from '../support/commands.ts';
import { holdTable, until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { startProgram } from '../support/program.ts';
import { unguarded } from '../support/wave.ts';

let at: Installation;
/** Of this database alone: a copy of the file of the whole run. */
let path: string;
let file: MasterSource;
/** Sealed before anything is replaced. */
let kept: Buffer;

beforeEach(async () => {
  at = await installation();
  path = join(at.folder, 'key');
  file = { kind: 'file', path };
  await copyFile(inject('keyFile'), path);
  kept = at.database.keys.sealed('here', Buffer.from('kept'));
});

/** As another process has it. */
async function withOther<T>(source: MasterSource, work: (database: Database) => Promise<T>): Promise<T> {
  const other = await openDatabase(at.url, 1);
  try {
    await unlock(other, source, true);
    return await work(other);
  } finally {
    await other.close();
  }
}

function readBy(source: MasterSource, sealed = kept): Promise<string> {
  return withOther(source, async ({ keys }) => (await keys.opened('here', sealed)).toString());
}

async function namesIn(source: MasterSource): Promise<string[]> {
  return (await readMasters(source)).map(({ name }) => name);
}

async function masterInUse(): Promise<string | null> {
  return (await keyStatus(at.database, file)).master;
}

describe('a rotation', () => {
  test('leaves what was kept readable, with the new master key and not with the old one', async () => {
    const old = join(at.folder, 'old');
    await copyFile(path, old);
    const [before] = await namesIn(file);
    const rotation = await rotateKeys(at.database, file, at.log);
    expect(rotation).toMatchObject({ from: before, data_key: 3, resumed: false });
    expect(await namesIn(file)).toEqual([rotation.to]);
    expect(await keyStatus(at.database, file)).toMatchObject({
      master: rotation.to,
      here: true,
      rotation_under_way: false,
      data_keys: [{ purpose: 'seal' }, { purpose: 'question' }, { purpose: 'seal' }],
    });
    expect(await readBy(file)).toBe('kept');
    await expect(readBy({ kind: 'file', path: old })).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      message: expect.stringContaining(`is sealed with key ${rotation.to}, which is not here`),
    });
  });

  test('has what is kept from now on sealed with a new key, and the questions of before hashed as before', async () => {
    const question = Buffer.from(at.database.keys.forQuestions);
    await rotateKeys(at.database, file, at.log);
    const sealed = await withOther(file, async ({ keys }) => {
      expect(Buffer.from(keys.forQuestions)).toEqual(question);
      return keys.sealed('here', Buffer.from('later'));
    });
    expect([keyIdOf(kept, ''), keyIdOf(sealed, '')]).toEqual([1, 3]);
    expect(await readBy(file, sealed)).toBe('later');
  });

  test('leaves the old key to backups of before, and to another database that has the same file', async () => {
    const other = await installation();
    const shared = other.database.keys.sealed('here', Buffer.from('shared'));
    const { from, to } = await rotateKeys(at.database, file, at.log);
    expect((await stat(`${path}.${from}`)).mode & 0o777).toBe(0o600);
    await unlock(other.database, file, true);
    expect((await other.database.keys.opened('here', shared)).toString()).toBe('shared');
    expect(await rotateKeys(other.database, file, other.log)).toMatchObject({ from, to });
    await rm(`${path}.${from}`);
    const later = await openDatabase(other.url, 1);
    await unlock(later, file, true);
    expect((await later.keys.opened('here', shared)).toString()).toBe('shared');
    await later.close();
  });

  test('can be done again and again', async () => {
    for (let time = 0; time < 3; time++) await rotateKeys(at.database, file, at.log);
    expect(await readBy(file)).toBe('kept');
    expect(await namesIn(file)).toEqual([await masterInUse()]);
  });
});

test('a rotation of a database without keys is refused, and makes none', async () => {
  await unguarded(at.database, async (sql) => void (await sql`delete from data_key`));
  await expect(rotateKeys(at.database, file, at.log)).rejects.toMatchObject({
    code: 'INPUT_REFUSED',
    next: expect.stringContaining('restore the table data_key from a backup'),
  });
  expect(await at.database.sql`select from data_key`).toHaveLength(0);
  expect(await namesIn(file)).toHaveLength(1);
});

describe('a process that runs on meanwhile', () => {
  test('opens what is sealed with a key that was made since, and uses it from its next step on', async () => {
    const other = await openDatabase(at.url, 1);
    await unlock(other, file, true);
    const inHand = other.keys.inHand;
    await rotateKeys(at.database, file, at.log);
    const sealed = await withOther(file, async ({ keys }) => keys.sealed('here', Buffer.from('later')));
    expect((await other.keys.opened('here', sealed)).toString()).toBe('later');
    const thread = await openDatabase(at.url, 1);
    if (inHand !== undefined) take(thread, inHand);
    await keepUp(thread);
    expect(keyIdOf(thread.keys.sealed('here', Buffer.alloc(0)), '')).toBe(3);
    await Promise.all([other.close(), thread.close()]);
  });

  test('is told where the new master key is not on its machine', async () => {
    const old = join(at.folder, 'old');
    await copyFile(path, old);
    const elsewhere = await openDatabase(at.url, 1);
    await unlock(elsewhere, { kind: 'file', path: old }, true);
    const { to } = await rotateKeys(at.database, file, at.log);
    await expect(keepUp(elsewhere)).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      concerns: { key: to },
      next: expect.stringContaining(`Copy the key file to ${old}`),
    });
    expect((await elsewhere.keys.opened('here', kept)).toString()).toBe('kept');
    await elsewhere.close();
  });
});

test('a rotation names the workers that need the new key before their next step, and none that is gone', async () => {
  await at.database.sql`
    insert into worker (id, host, pid, slots, seen_at) values
      (gen_random_uuid(), 'second', 4711, 1, now()), (gen_random_uuid(), 'third', 4712, 1, now() - interval '5 minutes')`;
  const { code, stdout } = await runHere(at, 'keys rotate', { GELOMBANG_KEY_FILE: path });
  expect({ code, stdout }).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('a worker is about that needs it: second, process 4711'),
  });
  expect(stdout).not.toContain('third');
});

describe('a rotation that is cut off', () => {
  test('by SIGKILL, with the new key in the file and nothing sealed with it, is gone on with', async () => {
    const held = await holdTable(at.database, 'data_key');
    const program = startProgram(at, ['keys', 'rotate', '--json'], { GELOMBANG_KEY_FILE: path });
    await held.reached();
    program.kill('SIGKILL');
    await program.ended();
    await held.release();
    const [before, next] = await namesIn(file);
    expect(next).toBeDefined();
    await until(async () => (await keyStatus(at.database, file)).master === before);
    expect(await readBy(file)).toBe('kept');
    const again = await runHere(at, 'keys rotate --json', { GELOMBANG_KEY_FILE: path });
    expect(JSON.parse(again.stdout)).toMatchObject({ from: before, to: next, resumed: true });
    expect(await namesIn(file)).toEqual([next]);
    expect(await readBy(file)).toBe('kept');
  });

  test('after the data keys were sealed anew, with the old key still in the file, is brought to its end', async () => {
    const before = await readMasters(file);
    const { from, to } = await rotateKeys(at.database, file, at.log);
    const after = await readMasters(file);
    await writeMasters(path, [...before, ...after]);
    expect(await readBy(file)).toBe('kept');
    expect(await rotateKeys(at.database, file, at.log)).toEqual({ from, to, data_key: null, resumed: true });
    expect(await namesIn(file)).toEqual([to]);
    expect(await masterInUse()).toBe(to);
  });

  test('before the file was changed has done nothing: what it leaves beside the file is of no account', async () => {
    const text = await readFile(path, 'utf8');
    await copyFile(path, `${path}.1.abcd`);
    await rotateKeys(at.database, file, at.log);
    expect(await readFile(path, 'utf8')).not.toBe(text);
    expect(await readBy(file)).toBe('kept');
  });

  test('while another is at it is refused', async () => {
    const held = await holdTable(at.database, 'data_key');
    const first = rotateKeys(at.database, file, at.log);
    await held.reached();
    await expect(rotateKeys(at.database, file, at.log)).rejects.toMatchObject({ code: 'CONFLICT' });
    await held.release();
    await first;
    expect(await readBy(file)).toBe('kept');
  });
});

/** A rotation that stands still with its next key file written, and about to give it its name. */
async function frozen(): Promise<{ wake(): Promise<unknown> }> {
  const moments = new EventEmitter();
  const [reached, woken] = [once(moments, 'reached'), once(moments, 'woken')];
  const outcome = rotateKeys(at.database, file, at.log, async (draft, to) => {
    moments.emit('reached');
    await woken;
    await rename(draft, to);
  }).catch((error: unknown) => error);
  await Promise.race([reached, outcome]);
  const wake = () => {
    moments.emit('woken');
    return outcome;
  };
  return { wake };
}

async function endItsSession(): Promise<void> {
  const rotating = () => holdersOf(at.database.sql, SESSION_LOCKS.rotating, 0);
  await until(async () => (await rotating()).length > 0);
  for (const pid of await rotating()) await endSession(at.database, pid);
  await until(async () => (await rotating()).length === 0);
}

/** As another machine has it, to which the key file alone was copied. */
async function readByCopy(): Promise<string> {
  const copy = join(at.folder, 'copy');
  await copyFile(path, copy);
  return readBy({ kind: 'file', path: copy });
}

describe('of two rotations at a time', () => {
  test('one that lost its session with the key file half changed stops, and the key of the other is not lost', async () => {
    const first = await frozen();
    await endItsSession();
    await expect(rotateKeys(at.database, file, at.log)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `${path} is being changed by process ${process.pid} on ${hostname()}`,
      next: expect.stringContaining(`rm ${path}.lock`),
    });
    await rm(`${path}.lock`);
    const second = await rotateKeys(at.database, file, at.log);
    expect(await first.wake()).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('its connection to the database was lost'),
    });
    expect(await masterInUse()).toBe(second.to);
    expect(await readBy(file)).toBe('kept');
    await rotateKeys(at.database, file, at.log);
    expect(await readByCopy()).toBe('kept');
  });

  test('one that lost its session before it changed the key file leaves it as it is', async () => {
    const text = await readFile(path, 'utf8');
    const outcome = await alone(path, async () => {
      const first = rotateKeys(at.database, file, at.log).catch((error: unknown) => error);
      await endItsSession();
      return { first };
    });
    expect(await outcome.first).toBeInstanceOf(Error);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('of two databases with one key file, both have their keys in it', async () => {
    const other = await installation();
    const shared = other.database.keys.sealed('here', Buffer.from('shared'));
    const first = await frozen();
    const second = rotateKeys(other.database, file, other.log);
    const isAtIt = async () => (await holdersOf(other.database.sql, SESSION_LOCKS.rotating, 0)).length > 0;
    await Promise.race([second, until(isAtIt)]);
    await first.wake();
    await second;
    expect(await readByCopy()).toBe('kept');
    const later = await openDatabase(other.url, 1);
    await unlock(later, { kind: 'file', path: join(at.folder, 'copy') }, true);
    expect((await later.keys.opened('here', shared)).toString()).toBe('shared');
    await later.close();
  });

  test('of two databases, neither loses its key where one goes on with a key file that it read before', async () => {
    const other = await installation();
    const first = await frozen();
    await rm(`${path}.lock`);
    const second = await rotateKeys(other.database, file, other.log);
    await first.wake();
    expect(await readByCopy()).toBe('kept');
    const later = await openDatabase(other.url, 1);
    await unlock(later, file, true);
    expect(await keyStatus(later, file)).toMatchObject({ master: second.to, here: true });
    await later.close();
  });

  test('one whose data keys the other has sealed anew seals nothing', async () => {
    const first = await frozen();
    const sealed = await at.database.sql`select id, sealed from data_key order by id`;
    await unguarded(at.database, (sql) => sql`update data_key set master_id = '00000000' where id = 2`);
    expect(await first.wake()).toMatchObject({
      code: 'CONFLICT',
      message: 'data key 2 was sealed anew by another process',
    });
    expect(await at.database.sql`select id, sealed from data_key order by id`).toEqual(sealed);
  });
});

test('a change of the key file that was killed holds nobody up, and no copy of a key stays of it', async () => {
  const gone = startProgram(at, ['--version']);
  await gone.ended();
  await writeFile(`${path}.lock`, `${hostname()} ${gone.pid} killed\n${await thisMachine()}\n`);
  const drafts = [`${path}.a.unfinished`, `${path}.12345678.b.unfinished`];
  const ofAnother = `${path}.lock.c.unfinished`;
  for (const draft of [...drafts, ofAnother]) await copyFile(path, draft);
  await rotateKeys(at.database, file, at.log);
  for (const name of [...drafts, `${path}.lock`])
    await expect(stat(name), name).rejects.toMatchObject({ code: 'ENOENT' });
  expect(await readByCopy()).toBe('kept');
  await stat(ofAnother);
});

describe('with the key in the environment', () => {
  test('the next one is to be given, and says what is to be set afterwards', async () => {
    const [master] = await readMasters(file);
    const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
    const key = master?.bytes ?? new Uint8Array();
    const next = newMaster();
    const set = { GELOMBANG_KEY: hex(key), GELOMBANG_KEY_FILE: '' };
    const without = await runHere(at, 'keys rotate', set);
    expect(without.code).toBe(3);
    expect(without.stderr).toContain('Set GELOMBANG_NEXT_KEY');
    const both = { ...set, GELOMBANG_NEXT_KEY: hex(next.bytes) };
    const { code, stdout, stderr } = await runHere(at, 'keys rotate', both);
    expect({ code, stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('set GELOMBANG_KEY to the value of GELOMBANG_NEXT_KEY'),
    });
    expect(`${stdout}${stderr}`).not.toContain(hex(next.bytes));
    expect(await readBy({ kind: 'given', key, next: next.bytes })).toBe('kept');
    expect(await readBy({ kind: 'given', key: next.bytes, next: undefined })).toBe('kept');
    await expect(readBy({ kind: 'given', key, next: undefined })).rejects.toThrow(
      `is sealed with key ${next.name}, which is not here: GELOMBANG_KEY has key ${masterOf(key).name}`,
    );
    const twice = await runHere(at, 'keys rotate --json', both);
    expect(JSON.parse(twice.stdout)).toMatchObject({ to: next.name, data_key: null, resumed: true });
  });
});
