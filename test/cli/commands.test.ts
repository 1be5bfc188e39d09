/** One wave by its commands alone, each asked for its document; and what an operator can do wrong on the way. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import type { Installation } from '../support/installation.ts';
import { installation } from '../support/installation.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const NOWHERE = 'postgres://someone:geheim@127.0.0.1:1/nothing';

let at: Installation;

beforeAll(async () => {
  at = await installation();
  for (const line of [
    `wave open 17 --policy ${INPUT}/policy.yaml`,
    `import registry ${INPUT}/registry.csv --as-of 2021-04-01`,
    `import list ${INPUT}/dtks.csv --name dtks --kind deny`,
    `import list ${INPUT}/bsu.csv --name bsu --kind deny`,
    `import list ${INPUT}/kemnaker.csv --name kemnaker --kind priority`,
    `import recipients ${INPUT}/recipients.csv`,
  ]) {
    const { code, stdout, stderr } = await run(line);
    expect(code, stderr).toBe(0);
    expect(stdout, line).toMatch(/\nNext(, [^:]+)?: .+\n$/);
  }
});

function run(line: string, settings?: Readonly<Record<string, string>>): Promise<Ended> {
  return runProgram(at, line.split(' '), settings);
}

function out(name: string): string {
  return join(at.folder, name);
}

async function expectRefused(line: string, code: number, expected: string | RegExp): Promise<void> {
  const ended = await runHere(at, `${line} --json`);
  expect(ended.code, ended.stderr).toBe(code);
  expect(ended.stderr).toMatch(/^error: /m);
  expect(ended.stderr).toMatch(expected);
  expect(ended.stderr).not.toMatch(/^ +at /m);
  expect(documentOf<ErrorDocument>(ended).error.message).not.toBe('');
}

describe('a wave', () => {
  test('takes its applications, and says where the rejected rows are', async () => {
    const { code, stdout } = await run(`import applicants ${INPUT}/applicants.csv --wave 17`);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^applicants\.csv: \d+ rows read, \d+ taken, \d+ rejected\.$/m);
    expect(stdout).toMatch(/^Next, when all files are in: .* wave close 17\n$/m);
  });

  test('knows a file that it has, and gives its rejected rows all the same', async () => {
    const rejects = out('rejects.csv');
    const again = await run(
      `import applicants ${INPUT}/applicants.csv --wave 17 --rejects ${rejects} --json`,
    );
    expect(again.code).toBe(0);
    expect(documentOf(again)).toMatchObject({
      ...{ kind: 'applicants', unchanged: true, rows_read: 57, rows_taken: 44, rows_rejected: 13 },
      rejects: { COLUMN_COUNT: 1, DATE_FORMAT: 2, KK_FORMAT: 3 },
    });
    const expected = await readFile(join(INPUT, '..', 'expected', 'rejects.csv'), 'utf8');
    const found = (await readFile(rejects, 'utf8'))
      .split('\n')
      .map((row) => row.split(',').slice(0, 4).join(','));
    expect(found.join('\n')).toBe(expected);
  });

  test('knows a registry too, by the figures of its import', async () => {
    const again = await runHere(at, `import registry ${INPUT}/registry.csv --as-of 2021-04-01 --json`);
    expect(documentOf(again)).toMatchObject({ unchanged: true, rows_read: 45, rows_taken: 45, rejects: {} });
  });

  test('into which a file came in half says so, and how to go on', async () => {
    const { sql } = at.database;
    await sql`insert into import_file (kind, wave_id, path, file_name, bytes)
      values ('applicants', 17, '/late.csv', 'late.csv', 1)`;
    const { stdout } = await runHere(at, 'wave status 17');
    expect(stdout).toContain('late.csv        begun');
    expect(stdout).toMatch(
      /^Next: import late\.csv again if it was cut off\.\nTo leave it out: .* wave close 17 --without-unfinished\n$/m,
    );
    await sql`delete from import_file where file_name = 'late.csv'`;
  });

  test('that was to stay open longer is closed all the same, with a warning', async () => {
    await at.database.sql`update wave set closes_at = now() + interval '1 day' where id = 17`;
    const closed = await run('wave close 17 --json');
    expect(closed.stderr).toContain('warning: wave 17 was to stay open until');
    expect(closed.code).toBe(0);
    expect(documentOf(closed)).toMatchObject({ wave: 17, state: 'published' });
  });

  test('knows a file that is in it when it is closed too, and takes no other', async () => {
    const rejects = out('rejects-later.csv');
    const again = await run(`import applicants ${INPUT}/applicants.csv --wave 17 --rejects ${rejects}`);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stdout).toMatch(
      /^applicants\.csv: this file came into wave 17 at .*: nothing was done now\.$/m,
    );
    expect(again.stdout).toMatch(/^Next: .* wave status 17\n$/m);
    expect(await readFile(rejects, 'utf8')).toBe(await readFile(out('rejects.csv'), 'utf8'));
    const other = out('other.csv');
    await writeFile(other, `${await readFile(`${INPUT}/applicants.csv`, 'utf8')}\n`);
    await expectRefused(`import applicants ${other} --wave 17`, 4, 'wave 17 is published: no application');
    await expectRefused(`import applicants ${out('none.csv')} --wave 17`, 4, 'wave 17 is published');
  });

  test('has a status with its files, stages, figures and what to do next', async () => {
    const { stdout } = await run('wave status 17');
    expect(stdout).toMatch(
      /^ {2}applicants\.csv {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC {2}\d+ rows, \d+ rejected$/m,
    );
    expect(stdout).toMatch(/^ {2}match +1 of 1 part +\d+\.\d s {2}\d+ /m);
    expect(stdout).toMatch(/^ACCEPTED +\d+ {2}█/m);
    expect(stdout).toMatch(/^Next: .* export 17 --out DIR\n$/m);
    expect(stdout).not.toContain('\u001b');
  });

  test('is exported and verified', async () => {
    const written = await run(`export 17 --out ${out('wave-17')} --json`);
    expect(Object.keys(documentOf<{ files: object }>(written).files)).toContain('results.csv');
    const verified = await run(`verify ${out('wave-17')} --json`, { DATABASE_URL: NOWHERE });
    expect(verified.code).toBe(0);
    expect(documentOf(verified)).toMatchObject({ wave: 17, verified: true, fault_count: 0, faults: [] });
  });

  test('whose files were changed is refused, report and error in one document', async () => {
    const folder = out('changed');
    await runHere(at, `export 17 --out ${folder}`);
    const accepted = await readFile(join(folder, 'accepted.csv'), 'utf8');
    await writeFile(join(folder, 'accepted.csv'), accepted.replace('ACCEPTED', 'RESERVE'));
    const verified = await runHere(at, `verify ${folder} --json`);
    expect(verified.code).toBe(3);
    expect(documentOf(verified)).toMatchObject({ verified: false, error: { code: 'INPUT_REFUSED' } });
    await expectRefused(`verify ${folder}`, 3, 'is not what an honest draw gives');
  });

  test('has documents with keys in snake_case', async () => {
    const lines = ['wave status 17', `verify ${out('wave-17')}`, 'wave status 99', 'wave close 17'];
    for (const line of lines) {
      const document = documentOf(await runHere(at, `${line} --json`));
      for (const key of keysOf(document)) expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    }
  });
});

describe('what cannot be done', () => {
  test.each([
    ['wave status 99', 3, 'there is no wave 99'],
    ['wave close 99', 3, 'there is no wave 99'],
    ['export 99 --out x', 3, 'there is no wave 99'],
    [`import applicants ${INPUT}/applicants.csv --wave 99`, 3, 'there is no wave 99'],
    [`wave open 17 --policy ${INPUT}/policy.yaml`, 4, 'wave 17 was opened before'],
    ['wave close 17', 4, /already closed: published by run 1 at \d{4}-\d\d-\d\dT/],
    [`import applicants ${INPUT}/dtks.csv --wave 17`, 4, 'no application comes in any more'],
    ['wave open 18 --policy /nowhere.yaml', 3, 'there is no such file'],
    [`wave open 18 --policy ${INPUT}`, 3, 'it is a folder'],
    [`wave open 18 --policy ${INPUT}/registry.csv`, 3, 'registry.csv'],
    ['import registry /nowhere.csv', 3, 'there is no such file'],
    [`import registry ${INPUT}/dtks.csv`, 3, 'the column kk is missing'],
    [`import recipients ${INPUT}/recipients.csv --rejects ${INPUT}`, 3, 'is a folder'],
    [`export 17 --out ${INPUT}/policy.yaml`, 3, 'a file stands there'],
    [`export 17 --out ${INPUT}/policy.yaml/x`, 3, 'a file stands there'],
    [`verify ${INPUT}`, 3, 'results.csv: is missing'],
  ])('`%s` ends with %i and says why', async (line, code, expected) => {
    await expectRefused(line, code, expected);
  });

  test('a wave of which nothing was imported says what it needs, all of it', async () => {
    const bare = await installation();
    await runHere(bare, `wave open 17 --policy ${INPUT}/policy.yaml`);
    const { code, stderr } = await runHere(bare, 'wave close 17 --empty');
    expect(code).toBe(3);
    for (const missing of ['registry', 'list dtks', 'list bsu', 'list kemnaker'])
      expect(stderr).toContain(missing);
    const { stdout } = await runHere(bare, 'wave status 17');
    expect(stdout).toContain('Wave 17 is open');
    await bare.drop();
  });

  test.skipIf(process.getuid?.() === 0)('a folder that may not be written to is refused', async () => {
    const folder = out('read-only');
    await mkdir(folder);
    await chmod(folder, 0o555);
    await expectRefused(`export 17 --out ${folder}`, 3, 'this user may not');
    await rm(folder, { recursive: true });
  });
});

describe('the environment', () => {
  test('with a database that is not there is refused at once, without its password', async () => {
    const { code, stderr } = await run('wave status 17', { DATABASE_URL: NOWHERE });
    expect(code).toBe(1);
    expect(stderr).toContain('PostgreSQL cannot be reached');
    expect(stderr).not.toContain('geheim');
  });

  test('with a Redis that is not there leaves the wave open', async () => {
    await runHere(at, `wave open 30 --policy ${INPUT}/policy.yaml`);
    const { code, stderr } = await run('wave close 30 --empty', { REDIS_URL: 'redis://:geheim@127.0.0.1:1' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/Redis cannot be reached: .*ECONNREFUSED/);
    expect(stderr).not.toContain('geheim');
    expect((await runHere(at, 'wave status 30')).stdout).toContain('Wave 30 is open');
  });

  test('with several wrong settings is told all of them', async () => {
    const settings = { DATABASE_URL: 'nonsense', GELOMBANG_CONCURRENCY: '0', LOG_LEVEL: 'loud' };
    const { code, stderr } = await run('wave status 17', settings);
    expect(code).toBe(3);
    for (const name of Object.keys(settings)) expect(stderr).toContain(`  ${name}: expected`);
    expect(stderr).not.toContain('nonsense');
  });

  test('with a home that is a file is refused', async () => {
    const settings = { DATABASE_URL: '', GELOMBANG_HOME: join(INPUT, 'policy.yaml') };
    const { code, stderr } = await run('wave status 17', settings);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^error: .*policy\.yaml/);
  });

  test('whose reader has read enough is no fault', async () => {
    const main = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');
    const env = { PATH: process.env.PATH, DATABASE_URL: at.url };
    const child = spawn(process.execPath, [main, 'wave', 'status', '17'], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, 'close');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
