/** Lists by their commands: what an import says of a version that is held, and how it is decided on. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const AS = (operator: string) => ({ GELOMBANG_OPERATOR: operator });
/** The version that is held in the middle of all this, and why. */
const HELD_FOR =
  '18 entries, 500 % more than the 3 of version 1 (more than 20 %); ' +
  '45.5 % of the 44 applications of wave 17 are on it (more than 5 %)';

interface Versions {
  readonly versions: readonly Readonly<Record<string, unknown>>[];
}

let at: Installation;
let large: string;

const given = new Set<string>();

/** By the program when a command is given for the first time, and where a wave is closed. */
function run(line: string, settings: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const command = line.split(' ').slice(0, 2).join(' ');
  const isHere = given.has(command) && line !== 'wave close 17';
  given.add(command);
  return (isHere ? runHere : runProgram)(at, line.split(' '), settings);
}

async function done(line: string, settings?: Readonly<Record<string, string>>): Promise<Ended> {
  const ended = await run(line, settings);
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
}

async function refused(line: string, code: number): Promise<ErrorDocument['error']> {
  const ended = await run(`${line} --json`);
  expect(ended.code, ended.stderr).toBe(code);
  return documentOf<ErrorDocument>(ended).error;
}

const importDtks = (file: string) => `import list ${file} --name dtks --kind deny`;

beforeAll(async () => {
  at = await installation();
  const applicants = await readFile(join(INPUT, 'applicants.csv'), 'utf8');
  const niks = applicants.split('\n').slice(1, 21);
  large = await fileOf(at, 'large.csv', `nik\n${niks.map((row) => `${row.split(',')[1]}\n`).join('')}`);
});

describe('lists', () => {
  test('are none at first, and that is no fault', async () => {
    expect((await done('list versions')).stdout).toMatch(
      /^No list has been imported\.\n\nNext: .*import list/,
    );
    expect(documentOf(await done('list versions --json'))).toEqual({ versions: [] });
  });

  test('come in as versions, with their entries and who imported them', async () => {
    await done(`wave open 17 --policy ${INPUT}/policy.yaml`);
    const today = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10);
    const registry = await done(`import registry ${INPUT}/registry.csv`);
    expect(registry.stdout).toContain(`\nIt shows the registry as of ${today}, today in Jakarta: `);
    const { stdout } = await done(importDtks(`${INPUT}/dtks.csv`), AS('ani'));
    expect(stdout).toContain('\nVersion 1 of list dtks has 3 entries.\n');
    const bsu = await done(`import list ${INPUT}/bsu.csv --name bsu --kind deny --date 2021-04-01 --json`);
    expect(documentOf(bsu)).toMatchObject({
      ...{ kind: 'list', version: 2, list: 'bsu', entries: 2, rows_taken: 2, held_for: null },
    });
    await done(`import list ${INPUT}/kemnaker.csv --name kemnaker --kind priority`);
    await done(`import applicants ${INPUT}/applicants.csv --wave 17`);
    const { versions } = documentOf<Versions>(await done('list versions --json'));
    expect(versions.map(({ name, version, state }) => `${name} ${version} ${state}`)).toEqual([
      ...['bsu 2 in_force', 'dtks 1 in_force', 'kemnaker 3 in_force'],
    ]);
    expect(versions).toMatchObject([{ date: '2021-04-01' }, { imported_by: 'ani' }, { kind: 'priority' }]);
  });
});

describe('a version that is held', () => {
  test('is in, and the import says loudly that it is held, why, and what can be done', async () => {
    const { stdout, stderr } = await done(importDtks(large), AS('budi'));
    expect(stderr).toContain(`warning: version 4 of list dtks is held: ${HELD_FOR}\n`);
    expect(stdout).toContain('\nIt is held, and not in force.\n');
    expect(stdout).toMatch(/\nNext, when [^:]+: .* list release 4\nor: .* list discard 4\n$/);
  });

  test('is said to be held when its file comes again', async () => {
    const again = await done(`${importDtks(large)} --json`);
    expect(again.stderr).toContain('warning: version 4 of list dtks is held');
    expect(documentOf(again)).toMatchObject({ unchanged: true, version: 4, entries: 18, held_for: HELD_FOR });
  });

  test('stands in the status of the wave, and in the versions of the list', async () => {
    const { stdout } = await done('wave status 17');
    expect(stdout).toContain(`\n  dtks      version 1, 3 entries, from dtks.csv\n`);
    expect(stdout).toContain(`\n  ! dtks: version 4 is held: ${HELD_FOR}\n`);
    expect(stdout).toMatch(/\nNext, when [^:]+: .* list release 4\nor: .* list discard 4\n$/);
    const { lists } = documentOf<{ lists: object[] }>(await done('wave status 17 --json'));
    expect(lists).toMatchObject([
      { name: 'bsu', version: 2, held: null },
      { name: 'dtks', version: 1, entries: 3, kind: 'deny', held: { version: 4, held_for: HELD_FOR } },
      { name: 'kemnaker', version: 3, kind: 'priority', held: null },
    ]);
    const versions = (await done('list versions dtks')).stdout;
    expect(versions).toMatch(/^List dtks\n {5}4 {2}HELD {8}deny, 18 entries, from large\.csv\n/);
    expect(versions).toContain(`\n${' '.repeat(20)}held for: ${HELD_FOR}\n`);
    expect(versions).toMatch(/imported \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by budi\n/);
    expect(versions).toMatch(/\n {5}1 {2}in force {4}deny, 3 entries, from dtks\.csv\n/);
    expect(versions).not.toContain('bsu');
  });

  test('keeps the wave open, which names it, why, and both commands', async () => {
    const { faults } = await refused('wave close 17', 4);
    expect(faults).toEqual([
      {
        where: 'list dtks',
        what: `version 4 is held: ${HELD_FOR}`,
        hint: expect.stringMatching(/list release 4\nor: .*list discard 4$/),
      },
    ]);
    expect(documentOf(await done('wave status 17 --json'))).toMatchObject({ state: 'open' });
  });

  test('is discarded, or released, once, by somebody who is on record', async () => {
    const discarded = await done('list discard 4', AS('citra'));
    expect(discarded.stdout).toMatch(/^Version 4 of list dtks is discarded\.\nVersion 1 is in force\.\n/);
    expect((await refused('list release 4', 4)).message).toContain('version 4 of list dtks was discarded at');
    expect(documentOf(await done(`${importDtks(large)} --json`))).toMatchObject({
      version: 5,
      unchanged: false,
    });
    const released = await done('list release 5 --json', AS('dewi'));
    expect(documentOf(released)).toMatchObject({
      ...{ version: 5, name: 'dtks', state: 'in_force', decision: 'released', decided_by: 'dewi' },
      held_for: HELD_FOR,
    });
    expect((await done('list versions dtks')).stdout).toMatch(/discarded \d{4}-.* UTC by citra\n/);
  });

  test('is what the wave is held against, once it is released', async () => {
    await done(`import recipients ${INPUT}/recipients.csv`);
    await done('wave close 17');
    const { stdout } = await done('wave status 17');
    expect(stdout).toContain('\nLists that the wave was held against\n');
    expect(stdout).toContain('\n  dtks      version 5, 18 entries, from large.csv\n');
    const { versions } = documentOf<Versions>(await done('list versions dtks --json'));
    expect(versions.map(({ version, waves }) => ({ version, waves }))).toEqual([
      { version: 5, waves: [17] },
      { version: 4, waves: [] },
      { version: 1, waves: [] },
    ]);
  });
});

describe('what cannot be done', () => {
  test.each([
    ['list release 1', 4, 'version 1 of list dtks is not held'],
    ['list discard 5', 4, 'version 5 of list dtks was released at'],
    ['list release 99', 3, 'there is no version 99 of a list'],
    ['list versions asn', 3, 'no list asn was imported'],
    ['list release dtks', 2, 'expected the number of a version'],
    ['list versions ASN!', 2, 'expected 1 to 32 of a-z'],
  ])('`%s` ends with %i and says why', async (line, code, expected) => {
    expect((await refused(line, code)).message).toContain(expected);
  });
});

test('documents have keys in snake_case', async () => {
  for (const line of ['list versions', 'wave status 17', 'list release 1', 'list release 99']) {
    for (const key of keysOf(documentOf(await run(`${line} --json`)))) {
      expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    }
  }
});
