/** What somebody has who has the database and not the key: nothing of anybody. */
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { to as copyTo } from 'pg-copy-streams';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { halvesOf } from '../../src/columns/identity.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/session.ts';
import { unlock } from '../../src/keys/data-keys.ts';
import { masterOf } from '../../src/keys/master.ts';
import { projectRoot } from '../../src/project-root.ts';
import { readApplications } from '../../src/wave/parts.ts';
import { bring, COLUMNS, HEADER } from '../bad-input/bringing.ts';
import { applicant } from '../ingest/applicant-files.ts';
import { emptyDatabase } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { plainDigits, readRows } from '../support/oracle-rows.ts';
import { runProgram } from '../support/program.ts';
import { close, openAndImport, unguarded, type WaveInput, waveFrom } from '../support/wave.ts';

const WHOLE = { part: 0, lower: null, upper: null };

let at: Installation;
/** As whoever owns the tables, and has no key. */
let owned: Database;
let input: WaveInput;
/** While the wave is frozen and blocks wait for later stages; and when it is published. */
let dumps: Buffer[];

beforeAll(async () => {
  at = await installation();
  owned = await openDatabase(at.ownerUrl, 2);
  input = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
  await openAndImport(at, input);
  dumps = [await dump()];
  await close(at, 17);
  dumps.push(await dump());
  return () => owned.close();
}, 60_000);

/** Every table of the database, byte for byte as it is kept. */
async function dump(): Promise<Buffer> {
  const pieces: Buffer[] = [];
  const client = await owned.copyPool.connect();
  const { rows } = await client.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  for (const { name } of rows) {
    const sink = new Writable({
      write: (piece: Buffer, _, done) => done(void pieces.push(Buffer.from(piece))),
    });
    await pipeline(client.query(copyTo(`copy ${name} to stdout (format binary)`)), sink);
  }
  client.release();
  expect(rows.length).toBeGreaterThan(20);
  return Buffer.concat(pieces);
}

/** As it could stand there without a key: as text, in base64 at any place, in hex. */
function formsOf(text: string): Buffer[] {
  const base64 = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), Buffer.from(text)])
      .toString('base64')
      .slice(before === 0 ? 0 : 4)
      .replace(/=+$/, '')
      .slice(0, -1),
  );
  const plain = [text, text.toUpperCase(), text.toLowerCase(), Buffer.from(text).toString('hex')];
  return [...plain, ...base64].map((form) => Buffer.from(form));
}

function peopleIn(): readonly Readonly<Record<string, string>>[] {
  return [...input.applicants.map(({ text }) => text), input.registry, input.recipients].flatMap(readRows);
}

function valuesOf(...columns: readonly string[]): string[] {
  const all = peopleIn().flatMap((row) => columns.map((column) => row[column] ?? ''));
  return [...new Set(all)].filter((value) => value.length >= 8);
}

describe('a dump of the database', () => {
  test.each([
    [
      'NIK or KK',
      () =>
        valuesOf('nik', 'kk')
          .map(plainDigits)
          // All of one digit is no number of anybody, and a hash may begin so.
          .filter((digits) => /^(\d)(?!\1{15})\d{15}$/.test(digits)),
    ],
    ['name', () => valuesOf('full_name')],
    ['e-mail or phone', () => valuesOf('email', 'phone')],
    ['birth date', () => valuesOf('birth_date').filter((date) => date !== input.policy.as_of)],
  ])('has no %s of anybody', (_, values) => {
    const needles = values();
    expect(needles.length).toBeGreaterThan(10);
    const found = needles.filter((value) =>
      formsOf(value).some((form) => dumps.some((all) => all.includes(form))),
    );
    expect(found).toEqual([]);
  });

  test('has no half of a NIK or KK as a number, but by chance', () => {
    const numbers = valuesOf('nik', 'kk')
      .map(plainDigits)
      .filter((digits) => digits.length === 16);
    const halves = [...new Set(numbers.map((digits) => halvesOf(digits)[1]))].filter(
      (half) => half > 1 << 20,
    );
    const found = halves.filter((half) => {
      const [little, big] = [Buffer.alloc(4), Buffer.alloc(4)];
      little.writeUInt32LE(half);
      big.writeUInt32BE(half);
      return dumps.some((all) => all.includes(little) || all.includes(big));
    });
    // Four bytes come up in a megabyte of random ones for one half in some thousands.
    expect(halves.length).toBeGreaterThan(30);
    expect(found.length).toBeLessThan(3);
  });

  test('has what was published: registration numbers, and NIKs that are masked', () => {
    const published = dumps.at(-1)?.toString('latin1') ?? '';
    expect(published).toMatch(/NAME-79,\d{6}\*{6}\d{4},INELIGIBLE,/);
    expect(published).not.toContain(input.householdKey.toString('latin1'));
    expect(dumps[0]?.includes(Buffer.from(input.entropy))).toBe(false);
  });
});

describe('rejected rows', () => {
  const somebody = {
    full_name: 'Citra Lestari',
    birth_date: '1990-10-20',
    email: 'budi@contoh.id',
    phone: '081234567890',
    nik: '3171011708450001',
    kk: '3171010101010002',
  };

  test('have nothing of anybody, by however many columns a file is shifted', async () => {
    const values = Object.values(applicant({ registration_no: 'PK1', ...somebody }));
    const rows = COLUMNS.map((_, by) => [...values.slice(by), ...values.slice(0, by)]).slice(1);
    const cut = rows.map((row) => row.slice(1));
    const path = join(at.folder, 'shifted.csv');
    await writeFile(path, `${[HEADER, ...[...rows, ...cut].map((row) => row.join(','))].join('\n')}\n`);
    const { rejects } = await bring(at, path);
    expect(new Set(rejects.map((each) => each.split(' ')[1])).size).toBeGreaterThan(12);
    const told = await owned.sql<{ told: string }[]>`
      select registration_no || ' ' || message as told from reject join import_file on import_file.id = import_id
      where file_name = 'shifted.csv'`;
    const needles = Object.values(somebody).flatMap((value) => [value, ...value.split(/[ @-]/)]);
    const found = told.filter(({ told }) =>
      needles.some((value) => value.length > 3 && told.includes(value)),
    );
    expect(found).toEqual([]);
  });

  test('have the form of a value, and of a registration number that cannot be one nothing', async () => {
    const path = join(at.folder, 'forms.csv');
    const faults: [string, string][] = [
      ['Citra Lestari', ''],
      ['1990-10-20', 'MAYBE'],
      ['081234567890', 'YA'],
      ['3171-0117-0845-0001', 'Fals'],
      ['PK-1', 'trUe'],
    ];
    const rows = faults.map(([registration_no, in_school]) =>
      Object.values(applicant({ registration_no, in_school })),
    );
    await writeFile(path, `${[HEADER, ...rows.map((row) => row.join(','))].join('\n')}\n`);
    await bring(at, path);
    const told = await owned.sql<{ told: string }[]>`
      select registration_no || ' | ' || message as told from reject join import_file on import_file.id = import_id
      where file_name = 'forms.csv' order by line, position`;
    expect(told.map(({ told }) => told.replace(/: [^:]*$/, ''))).toEqual([
      ' | "aaaaa aaaaaaa"',
      ' | blank, not one of true, false',
      ' | "aaaaa", not one of true, false',
      ' | "aa", not one of true, false',
      '317101******0001 | "Fals", not one of true, false',
      'PK-1 | "trUe", to be written true',
    ]);
  });
});

describe('a block', () => {
  const reading = () => inTransaction(at.database, (client) => readApplications(client, 17, WHOLE));

  test.each([
    [
      'was changed',
      `set columns = set_byte(columns, length(columns) - 20, get_byte(columns, length(columns) - 20) # 1)`,
    ],
    [
      'was put into another bucket',
      `set columns = (select columns from application_block other where other.bucket <> application_block.bucket limit 1)`,
    ],
    ['was written in clear', `set columns = '\\x00000000'`],
  ])('that %s is refused', async (_, change) => {
    const first = 'where bucket = (select min(bucket) from application_block)';
    await owned.sql.unsafe(`create table before as select bucket, columns from application_block ${first}`);
    await unguarded(at.database, (sql) => sql.unsafe(`update application_block ${change} ${first}`));
    await expect(reading()).rejects.toMatchObject({
      code: 'UNEXPECTED',
      message: expect.stringMatching(
        /^application_block\.columns of wave 17, bucket [^:]+: \d+ rows cannot be opened/,
      ),
    });
    await unguarded(
      at.database,
      (sql) => sql`
        update application_block set columns = before.columns from before where application_block.bucket = before.bucket`,
    );
    await owned.sql`drop table before`;
    expect((await reading()).applications.rows).toBeGreaterThan(0);
  });
});

describe('a machine without the key', () => {
  const elsewhere = { GELOMBANG_KEY_FILE: '', HOME: '' };

  beforeAll(async () => {
    elsewhere.HOME = join(at.folder, 'elsewhere');
    await mkdir(elsewhere.HOME);
  });

  test('is told which key it is and where it has to be, and makes none of its own', async () => {
    const { code, stderr } = await runProgram(at, ['explain', '17', 'NAME-79'], elsewhere);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /is sealed with key [0-9a-f]{8}, which is not here: there is none in .*elsewhere\/\.config\/gelombang\/keys\/[0-9a-f-]{36}/,
    );
    expect(stderr).toContain('Copy the key file to');
    expect(await readdir(elsewhere.HOME)).toEqual([]);
  });

  test('shows what concerns nobody in particular', async () => {
    const { code, stdout } = await runProgram(at, ['wave', 'status', '17', '--json'], elsewhere);
    expect({ code, state: JSON.parse(stdout).state }).toEqual({ code: 0, state: 'published' });
    const keys = await runProgram(at, ['keys', 'status', '--json'], elsewhere);
    expect(JSON.parse(keys.stdout)).toMatchObject({
      here: false,
      master: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  });
});

describe('a setting that says where another key is', () => {
  let home: string;
  let file: string;
  let key: string;
  const mistaken = { GELOMBANG_KEY: 'ab'.repeat(32) };

  beforeAll(async () => {
    home = join(at.folder, 'mistaken');
    const [{ id } = { id: '' }] = await at.database.sql<{ id: string }[]>`select id from installation`;
    file = join(home, '.config', 'gelombang', 'keys', id);
    await mkdir(dirname(file), { recursive: true });
    [key = ''] = (await readFile(inject('keyFile'), 'utf8')).split(' ');
  });

  const refused = async (set: Readonly<Record<string, string>>, command = ['explain', '17', 'NAME-79']) => {
    const own = { GELOMBANG_KEY_FILE: '', HOME: home, ...set };
    const { code, stderr } = await runProgram(at, command, own);
    expect(code).toBe(3);
    return stderr;
  };

  test('is told with what to set, or where to copy the key file to, while that is not there', async () => {
    const other = masterOf(Buffer.from(mistaken.GELOMBANG_KEY, 'hex')).name;
    for (const command of [undefined, ['keys', 'status']]) {
      const said = await refused(mistaken, command);
      expect(said).toContain(
        `is sealed with key ${key}, which is not here: GELOMBANG_KEY has key ${other}, which is another`,
      );
      expect(said).toContain(
        `Set GELOMBANG_KEY to key ${key}, or unset it and copy the key file to ${file} from`,
      );
      expect(said).not.toContain(mistaken.GELOMBANG_KEY);
    }
  });

  test('is to be unset where the key file has the key', async () => {
    await copyFile(inject('keyFile'), file);
    const toUnset = (variable: string) => `Unset ${variable}: key ${key} is in ${file}, which is used then.`;
    expect(await refused(mistaken)).toContain(toUnset('GELOMBANG_KEY'));
    const missing = join(at.folder, 'no-such-key');
    const said = await refused({ GELOMBANG_KEY_FILE: missing });
    expect(said).toContain(`which is not here: there is none in ${missing}`);
    expect(said).toContain(toUnset('GELOMBANG_KEY_FILE'));
  });
});

test('of processes that come first at the same time one makes the keys, for all of them', async () => {
  const { database, url } = await emptyDatabase();
  const { migrateTables } = await import('../../src/db/migrate.ts');
  await migrateTables(database);
  const source = { kind: 'file', path: join(at.folder, 'first') } as const;
  const all = await Promise.all(Array.from({ length: 4 }, () => openDatabase(url, 1)));
  await Promise.all(all.map((each) => unlock(each, source, true)));
  const [one, ...others] = all;
  const sealed = one?.keys.sealed('here', Buffer.from('kept'));
  for (const { keys } of others) expect((await keys.opened('here', sealed)).toString()).toBe('kept');
  expect(await database.sql`select from data_key`).toHaveLength(2);
  await Promise.all(all.map((each) => each.close()));
});
