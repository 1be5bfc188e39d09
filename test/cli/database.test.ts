/** The commands about the database, and what every command says of a login that may more than it needs. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { locate } from '../../src/embedded/place.ts';
import { runHere } from '../support/commands.ts';
import { emptyDatabase } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { asLogin, dropLogin, loginOf } from '../support/logins.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { urlOf } from '../support/server.ts';
import { documentOf, type ErrorDocument } from './document.ts';

let at: Installation;
const logins = new Set<string>();

beforeAll(async () => {
  at = await installation();
});

afterAll(async () => {
  for (const name of logins) await dropLogin(at.ownerUrl, name);
});

/** With the login of whoever owns the tables. */
function asOwner(line: string): Promise<Ended> {
  return runHere(at, line, { DATABASE_URL: at.ownerUrl });
}

/** One that a test makes, to be dropped again. */
function newName(role: string): string {
  const name = `tests_${role}_${process.pid}`;
  logins.add(name);
  return name;
}

describe('database status', () => {
  test("of the program's own login finds nothing that it has too much of", async () => {
    const ended = await runHere(at, 'database status --json');
    expect(documentOf(ended)).toMatchObject({
      ...{ roles: ['worker'], more_than_needed: [], tls: null },
      login: decodeURIComponent(new URL(at.url).username),
      tables: { known: 5, applied: 5 },
    });
    expect(ended.stderr).toBe('');
  });

  test('of an owner says what it has too much of, and what to do', async () => {
    const { stdout } = await asOwner('database status');
    const own = decodeURIComponent(new URL(at.url).username);
    expect(stdout).toMatch(new RegExp(`^  ${own} +worker$`, 'm'));
    expect(stdout).toMatch(/^ {2}\w+ +superuser, owns the tables$/m);
    expect(stdout).toMatch(/more than needed +it is a superuser/);
    expect(stdout).toContain('database login NAME --role worker');
  });
});

test('a command of a login that may more than it needs says so in one line, and goes on', async () => {
  expect((await asOwner('list versions')).stderr).toBe('');
  const ended = await asOwner('wave open 99 --policy policies/2021.yaml');
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stderr.trimEnd().split('\n')).toEqual([
    expect.stringMatching(
      /^warning: signed in .* more than is needed \(it is a superuser\): .* database status$/,
    ),
  ]);
});

test('a command of a login that cannot make the tables names the one that can', async () => {
  const { ownerUrl } = await emptyDatabase();
  const url = urlOf(inject('programUrl'), new URL(ownerUrl).pathname.slice(1));
  const ended = await runProgram(at, ['list', 'versions', '--json'], { DATABASE_URL: url });
  expect(ended.code).toBe(3);
  expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
    message: expect.stringContaining('the tables are not up to date'),
    next: expect.stringContaining('database migrate'),
  });
  const migrated = await runProgram(at, ['database', 'migrate', '--json'], { DATABASE_URL: ownerUrl });
  expect(documentOf(migrated)).toEqual({ applied: 5, roles: 'settled', for_a_dba: [] });
  const shown = await runProgram(at, ['audit', 'show', '--json'], { DATABASE_URL: ownerUrl });
  expect(documentOf(shown)).toMatchObject({
    entries: [
      { number: 1, action: 'database.migrate', outcome: 'done', began: null, subject: { applied: 5 } },
    ],
  });
});

describe('database login', () => {
  test('makes a login whose password it prints once, and which alone gets in', async () => {
    const name = newName('reader');
    const made = documentOf<{ password: string }>(
      await asOwner(`database login ${name} --role reader --region 31 --region 32 --json`),
    );
    expect(made).toMatchObject({ login: name, role: 'reader', provinces: [31, 32], is_new: true });
    const { sql, close } = await openDatabase(asLogin(at.ownerUrl, name, made.password), 1);
    expect(await sql`select from analyst.outcome`).toHaveLength(0);
    await close();
    await expect(openDatabase(at.url, 1)).rejects.toThrow('permission denied for database');
  });

  test('of a reader is told what it is for, whatever command it gives', async () => {
    const url = await loginOf(at, 'reader');
    for (const line of ['wave status 17', 'export 17 --out x', 'audit show']) {
      const { code, stderr } = await runHere(at, line, { DATABASE_URL: url });
      expect(code, line).toBe(3);
      expect(stderr, line).toMatch(/^error: tests_\w+ is a login for analysts/);
      expect(stderr).toContain('select * from analyst.wave');
      expect(stderr).not.toContain('database migrate');
    }
    const { stdout } = await runHere(at, 'database status', { DATABASE_URL: url });
    expect(stdout).toContain('not for this login to see');
    expect(stdout).not.toContain('database migrate');
  });

  test('with another password is told so', async () => {
    const url = asLogin(at.url, 'tests_nobody', 'another');
    const { stderr } = await runHere(at, 'wave status 17', { DATABASE_URL: url });
    expect(stderr).toMatch(/does not let DATABASE_URL in: password .*\nLook at the name and the password/);
  });

  test('of a reader keeps the provinces where only the password is new, and has others where they are given', async () => {
    const name = newName('analyst');
    const provincesAfter = async (line: string) =>
      documentOf<{ provinces: unknown }>(
        await asOwner(`database login ${name} --role reader ${line} --json`.replaceAll('  ', ' ')),
      ).provinces;
    expect(await provincesAfter('--region 32 --region 31')).toEqual([31, 32]);
    expect(await provincesAfter('')).toEqual([31, 32]);
    expect(await provincesAfter('--region all')).toBe('all');
    expect(await provincesAfter('')).toBe('all');
    expect(await provincesAfter('--region 33')).toEqual([33]);
  });

  test('of a new reader is refused where no province is named, and makes nothing', async () => {
    const name = newName('nobody');
    const ended = await asOwner(`database login ${name} --role reader --json`);
    expect(ended.code).toBe(2);
    expect(documentOf<ErrorDocument>(ended).error.next).toContain('--region all');
    expect((await asOwner('database status')).stdout).not.toContain(name);
    logins.delete(name);
  });

  test('takes a password from a file, and does not show it', async () => {
    const [name, file] = [newName('worker'), join(at.folder, 'password')];
    await writeFile(file, 'a-password-of-a-test\n');
    const { stdout } = await asOwner(`database login ${name} --role worker --password-file ${file}`);
    expect(stdout).not.toContain('a-password');
    const own = asLogin(at.ownerUrl, name, 'a-password-of-a-test');
    const ended = await runProgram(at, ['list', 'versions'], { DATABASE_URL: own });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  });

  test('touches nobody who was not made by it', async () => {
    const { username } = new URL(at.ownerUrl);
    const taken = await asOwner(`database login ${username} --role worker --json`);
    expect(taken.code).toBe(4);
    expect(documentOf<ErrorDocument>(taken).error.message).toContain('is a role of this server already');
  });

  test.each([
    ['a --role worker --region 31', '--region is for readers'],
    ['a --role reader --region 99', 'expected the code of a province'],
    ['a --role reader --region 31 --region all', 'or all and no other'],
    ['a --role reader --region all --region 31', 'or all and no other'],
    ['pg_a --role reader', 'beginning with a letter'],
    ['a --role owner', 'expected worker or reader or auditor'],
  ])('%s is wrong usage', async (line, message) => {
    const ended = await asOwner(`database login ${line}`);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });

  test('of an auditor looks at the audit log, is in it, and gets at nothing else', async () => {
    const name = newName('auditing');
    const { password } = documentOf<{ password: string }>(
      await asOwner(`database login ${name} --role auditor --json`),
    );
    const own = (line: string) =>
      runProgram(at, line.split(' '), { DATABASE_URL: asLogin(at.ownerUrl, name, password) });
    expect(await own('audit show')).toMatchObject({ code: 0, stderr: '' });
    const { entries } = documentOf<{ entries: object[] }>(await own('audit show --json'));
    expect(entries.at(-1)).toMatchObject({ action: 'audit.show', outcome: 'done', login: name });
    expect(await own('audit verify')).toMatchObject({ code: 0, stderr: '' });
    const refused = await own('explain 17 REG-1');
    expect(refused).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('is a login for auditors (role auditor)'),
    });
    expect((await own('wave status 17')).stderr).toContain('may not do that');
  });

  test('is not for the program', async () => {
    const name = newName('auditor');
    const { password } = documentOf<{ password: string }>(
      await asOwner(`database login ${name} --role auditor --json`),
    );
    const url = asLogin(at.ownerUrl, name, password);
    const ended = await runProgram(at, ['database', 'login', 'other', '--role', 'worker', '--json'], {
      DATABASE_URL: url,
    });
    expect(ended.code).toBe(3);
  });
});

test('with the embedded server the program is no superuser, and can do all that it has to', async () => {
  const home = join(at.folder, 'embedded');
  const run = (...args: string[]) => runProgram(at, args, { DATABASE_URL: '', GELOMBANG_HOME: home });
  expect(await run('list', 'versions')).toMatchObject({ code: 0, stderr: '' });
  const status = documentOf(await run('database', 'status', '--json'));
  expect(status).toMatchObject({ login: 'gelombang_program', roles: ['worker'], more_than_needed: [] });
  const { directory, socketDirectory } = await locate(home);
  for (const path of [directory, socketDirectory]) await rm(path, { recursive: true, force: true });
});
