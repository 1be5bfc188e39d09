/** Versions of lists: which are held and why, who decides, and which one a wave is held against. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TRANSACTION_LOCKS } from '../../src/db/locks.ts';
import { inTransaction } from '../../src/db/session.ts';
import { projectRoot } from '../../src/project-root.ts';
import { beginClose } from '../../src/wave/close.ts';
import { decideOnList, type ListDecision, readListVersions } from '../../src/wave/lists.ts';
import { countHits } from '../../src/wave/lists-hits.ts';
import { readWave } from '../../src/wave/record.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { applicant } from '../ingest/applicant-files.ts';
import { asOwner } from '../support/database.ts';
import { until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type GivenList, importNiks, nikOf, niksOf } from '../support/lists.ts';
import {
  importApplicants,
  importReferences,
  open,
  runWave,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';

let small: WaveInput;
let at: Installation;

beforeAll(async () => {
  small = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
});

/** A wave whose policy names `dtks` and nothing else, unless something else is said. */
async function openWave(waveId: number, policy: Partial<WaveInput['policy']> = {}): Promise<void> {
  const bare = { ...small.policy, deny_lists: ['dtks'], priority: [] };
  await open(at, { ...small, waveId, policy: bare });
  const stored = JSON.stringify({ ...bare, ...policy });
  await unguarded(at.database, async (sql) => {
    await sql`update wave set policy = ${stored} where id = ${waveId}`;
  });
}

async function apply(waveId: number, niks: readonly string[]): Promise<void> {
  const rows = niks.map((nik, place) => applicant({ registration_no: `PK${place}`, nik }));
  const text = [Object.keys(applicant({})), ...rows.map((row) => Object.values(row))].map(
    (row) => `${row}\n`,
  );
  await importApplicants(at, waveId, { name: `applicants-${waveId}.csv`, text: text.join('') });
}

const bring = (niks: readonly string[], list?: GivenList) => importNiks(at, niks, list);

function decide(version: number, decision: ListDecision, operator = 'tester') {
  return decideOnList(at.database, { version, decision, operator }, at.log);
}

async function statesOf(name: string): Promise<string[]> {
  const versions = await readListVersions(at.database.sql, name);
  return versions.map(({ version, state }) => `${version} ${state}`);
}

/** Closes it as far as nothing can come in any more. */
async function close(waveId: number): Promise<void> {
  const request = { waveId, entropy: undefined, withoutUnfinished: false, empty: true };
  const run = await beginClose(at.database, request, at.log);
  await run.release();
}

async function listsOf(waveId: number): Promise<Readonly<Record<string, number>>> {
  return (await readWave(at.database.sql, waveId)).lists;
}

describe('a version', () => {
  beforeEach(async () => {
    at = await installation();
  });

  test('is on record with its file, its entries and who brought it in', async () => {
    const niks = niksOf(12);
    const made = await bring([...niks, nikOf(3), nikOf(4), 'x'], { operator: 'ani', listedOn: '2021-04-01' });
    expect(made).toMatchObject({ version: 1, list: 'dtks', entries: 12, held_for: null, rows_taken: 14 });
    const [version] = await readListVersions(at.database.sql);
    expect(version).toEqual({
      ...{ version: 1, name: 'dtks', kind: 'deny', state: 'in_force', source: 'test', date: '2021-04-01' },
      ...{ file: made.file, sha256: made.sha256, rows: 14, entries: 12 },
      ...{ imported_at: expect.stringMatching(/^\d{4}-.*Z$/), imported_by: 'ani', held_for: null },
      ...{ decision: null, decided_at: null, decided_by: null, waves: [] },
    });
  });

  test('is held if its size is far from that of the one in force, whatever is held or discarded', async () => {
    await bring(niksOf(100));
    expect((await bring(niksOf(300))).held_for).toContain(
      '300 entries, 200 % more than the 100 of version 1',
    );
    expect((await bring(niksOf(290))).held_for).toContain('than the 100 of version 1');
    expect((await bring(niksOf(110))).held_for).toBeNull();
    expect((await bring(niksOf(130))).held_for).toBeNull();
    expect(await statesOf('dtks')).toEqual([
      ...['5 in_force', '4 superseded', '3 held', '2 held', '1 superseded'],
    ]);
    await decide(2, 'discarded');
    await decide(3, 'released');
    expect((await bring(niksOf(300))).held_for).toContain('than the 130 of version 5');
    await decide(6, 'released');
    expect((await bring(niksOf(299))).held_for).toBeNull();
    expect(await statesOf('dtks')).toEqual([
      ...['7 in_force', '6 superseded', '5 superseded', '4 superseded', '3 superseded', '2 discarded'],
      '1 superseded',
    ]);
  });

  test('is held up to those of its own name alone, and held where it is of another kind', async () => {
    await bring(niksOf(100));
    expect((await bring(niksOf(9), { name: 'bsu' })).held_for).toBeNull();
    const other = await bring(niksOf(100), { kind: 'priority' });
    expect(other.held_for).toBe('a priority list, and version 1 is a deny list');
    expect((await bring(niksOf(9))).held_for).toContain('than the 100 of version 1');
  });

  test('has seen the one before, also if both come in at the same time', async () => {
    await bring(niksOf(100));
    const session = at.database.connect();
    await session`select pg_advisory_lock(${TRANSACTION_LOCKS.lists}, 0)`;
    const first = bring(niksOf(119));
    await untilTheyWait(1);
    const second = bring(niksOf(142));
    await untilTheyWait(2);
    await session.end();
    expect([(await first).held_for, (await second).held_for]).toEqual([null, null]);
    expect(await statesOf('dtks')).toEqual(['3 in_force', '2 superseded', '1 superseded']);
  });

  test('that is held is said to be so when the same file comes again, and is no other version', async () => {
    await bring(niksOf(100));
    const held = await bring(niksOf(10));
    const again = await bring(niksOf(10));
    const { unchanged, version, held_for, warnings } = again;
    expect([unchanged, version, held_for]).toEqual([true, held.version, held.held_for]);
    expect(warnings).toEqual([
      expect.stringMatching(/^this file is held since \d{4}-.*: nothing was done now$/),
    ]);
    await decide(held.version, 'released');
    expect(await bring(niksOf(10))).toMatchObject({ unchanged: true, version: 2, held_for: null });
  });

  test('that was discarded can come again, and is held again', async () => {
    await bring(niksOf(100));
    await bring(niksOf(10));
    await decide(2, 'discarded');
    expect(await bring(niksOf(100))).toMatchObject({ unchanged: true, version: 1 });
    expect(await bring(niksOf(10))).toMatchObject({ unchanged: false, version: 3 });
    expect(await statesOf('dtks')).toEqual(['3 held', '2 discarded', '1 in_force']);
  });
});

async function untilTheyWait(imports: number): Promise<void> {
  await until(async () => {
    const waiting = await at.database.sql`
      select from pg_locks where locktype = 'advisory' and not granted and classid = ${TRANSACTION_LOCKS.lists}
        and database = (select oid from pg_database where datname = current_database())`;
    return waiting.length === imports;
  });
}

describe('the applications of a wave that are on a new version', () => {
  beforeEach(async () => {
    at = await installation();
  });

  test('hold it if they are many, in whatever open wave whose policy names the list', async () => {
    const inRule = {
      code: 'ON_LOAN',
      fails_when: { not: { list: 'dtks' } },
      text: { id: 'a', en: 'b' },
      law: 'c',
    };
    await openWave(16);
    await openWave(17);
    await openWave(18, { deny_lists: [], priority: [{ any: [{ disability: true }, { list: 'dtks' }] }] });
    await openWave(19, { deny_lists: ['bsu'] });
    await openWave(20, { deny_lists: [], rules: [inRule] });
    await openWave(21);
    const listed = niksOf(60);
    await apply(16, niksOf(20));
    await bring(niksOf(1), { operator: 'first' });
    await importRegistryOf();
    await close(16);
    await apply(17, [...listed.slice(0, 50), ...niksOf(950, 1_000)]);
    await apply(18, [...listed.slice(0, 51), ...niksOf(949, 1_000)]);
    await apply(19, listed);
    // Who applies twice counts twice: it is applications that are counted.
    await apply(20, [...listed.slice(0, 1), ...listed.slice(0, 1), ...niksOf(7, 1_000)]);
    const { held_for } = await bring([...listed, ...listed, nikOf(5_000)], {
      name: 'dtks',
      kind: 'priority',
    });
    expect(held_for).toContain(
      '5.1 % of the 1,000 applications of wave 18 are on it (more than 5 %); ' +
        '22.3 % of the 9 applications of wave 20 are on it (more than 5 %)',
    );
  });

  test('are as many as one finds by looking, however much of the list is held in memory', async () => {
    await openWave(17);
    await openWave(18);
    const [of17, of18] = [niksOf(700, 100), niksOf(300, 5_000)];
    await apply(17, of17);
    await apply(18, of18);
    const listed = Array.from({ length: 900 }, (_, place) => nikOf(place * 7));
    const { version } = await bring(listed);
    const onList = (niks: readonly string[]) => niks.filter((nik) => listed.includes(nik)).length;
    const expected = [
      { wave: 17, applications: 700, hits: onList(of17) },
      { wave: 18, applications: 300, hits: onList(of18) },
    ];
    expect(expected.every(({ hits }) => hits > 0)).toBe(true);
    for (const most of [1, 5, 100, undefined]) {
      const counted = await inTransaction(at.database, (client) =>
        countHits(client, version, [17, 18], most),
      );
      expect(counted).toEqual(expected);
    }
  });
});

async function importRegistryOf(): Promise<void> {
  await importReferences(at, { ...small, policy: { ...small.policy, deny_lists: [], priority: [] } });
}

describe('a wave', () => {
  beforeEach(async () => {
    at = await installation();
    await openWave(17);
    await importRegistryOf();
  });

  test('is held against the newest version that is in force when it is closed, and that is written down', async () => {
    await bring(niksOf(100));
    await bring(niksOf(101));
    await close(17);
    await bring(niksOf(102));
    expect(await listsOf(17)).toEqual({ dtks: 2 });
    const versions = await readListVersions(at.database.sql, 'dtks');
    expect(versions.map(({ waves }) => waves)).toEqual([[], [17], []]);
    const { lists } = await waveStatus(at.database, 17);
    expect(lists).toMatchObject([{ name: 'dtks', version: 2, entries: 101, held: null }]);
  });

  test('is not closed while the newest version of a list is held; released, it is held against that one', async () => {
    await bring(niksOf(100));
    const { held_for } = await bring(niksOf(50));
    const { lists } = await waveStatus(at.database, 17);
    expect(lists).toMatchObject([{ name: 'dtks', version: 1, entries: 100, held: { version: 2, held_for } }]);
    await expect(close(17)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'wave 17 cannot be closed: a list that its policy names is held',
      faults: [
        {
          where: 'list dtks',
          what: `version 2 is held: ${held_for}`,
          hint: 'to decide on it: gelombang list release 2\nor: gelombang list discard 2',
        },
      ],
    });
    expect((await readWave(at.database.sql, 17)).state).toBe('open');
    expect(await listsOf(17)).toEqual({});
    await decide(2, 'released');
    await close(17);
    expect(await listsOf(17)).toEqual({ dtks: 2 });
  });

  test('is held against the version before where the newest is discarded', async () => {
    await bring(niksOf(100));
    await bring(niksOf(50));
    await decide(2, 'discarded');
    await close(17);
    expect(await listsOf(17)).toEqual({ dtks: 1 });
  });

  test('is not kept up by a version that is held where a newer one is in force', async () => {
    await bring(niksOf(100));
    await bring(niksOf(50));
    await bring(niksOf(99));
    expect((await waveStatus(at.database, 17)).lists).toMatchObject([{ version: 3, held: null }]);
    await close(17);
    expect(await listsOf(17)).toEqual({ dtks: 3 });
  });

  test('does not mind a list that its policy does not name', async () => {
    await bring(niksOf(100));
    await bring(niksOf(100), { name: 'bsu' });
    await bring(niksOf(50), { name: 'bsu' });
    await close(17);
    expect(await listsOf(17)).toEqual({ dtks: 1 });
  });

  test('is told all that is missing and all that is held at once', async () => {
    await openWave(18, { deny_lists: ['dtks', 'bsu', 'asn'], priority: [{ list: 'kemnaker' }] });
    await apply(17, niksOf(3));
    await bring(niksOf(3));
    await bring(niksOf(10), { name: 'bsu', kind: 'priority' });
    await apply(18, niksOf(1));
    await bring(niksOf(10), { name: 'asn' });
    await decide(3, 'discarded');
    await expect(close(18)).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      faults: [
        { where: 'list bsu', what: expect.stringContaining('is a priority list') },
        { where: 'list asn', what: 'all of its versions were discarded' },
        { where: 'list kemnaker', what: 'none of this name was imported' },
        {
          where: 'list dtks',
          what: expect.stringContaining('version 1 is held: 100 % of the 3 applications'),
        },
      ],
    });
  });
});

describe('a version that is held', () => {
  beforeAll(async () => {
    at = await installation();
    await bring(niksOf(100));
    for (const size of [10, 11, 12, 13]) await bring(niksOf(size));
  });

  test('is decided on once, and it is on record by whom', async () => {
    expect(await decide(2, 'released', 'budi')).toMatchObject({
      ...{ version: 2, state: 'in_force', decision: 'released', decided_by: 'budi' },
      decided_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    expect(await decide(3, 'discarded', 'citra')).toMatchObject({
      ...{ version: 3, state: 'discarded', decision: 'discarded', decided_by: 'citra' },
      held_for: expect.stringContaining('fewer than the 100 of version 1'),
    });
    for (const [version, was] of [
      [2, 'released'],
      [3, 'discarded'],
    ] as const) {
      await expect(decide(version, 'released')).rejects.toMatchObject({
        code: 'CONFLICT',
        message: expect.stringMatching(`^version ${version} of list dtks was ${was} at \\d{4}-.*Z$`),
        next: expect.stringContaining('gelombang list versions dtks'),
      });
    }
    const [kept] = await at.database.sql`select decision, decided_by from list where id = 2`;
    expect(kept).toEqual({ decision: 'released', decided_by: 'budi' });
  });

  test('is decided on once by several who do so at the same time', async () => {
    const verdicts = (['released', 'discarded', 'released', 'discarded'] as const).map((decision, place) =>
      decide(4, decision, `operator ${place}`),
    );
    const ended = await Promise.allSettled(verdicts);
    expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const events = at.logged.filter((line) => line.version === 4 && line.event !== 'list.held');
    expect(events).toHaveLength(1);
  });

  test('is another thing than one that is not, or is not there', async () => {
    await expect(decide(1, 'discarded')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'version 1 of list dtks is not held',
    });
    await expect(decide(99, 'released')).rejects.toMatchObject({
      code: 'INPUT_REFUSED',
      message: 'there is no version 99 of a list',
    });
  });
});

describe('a version that a frozen wave was held against', () => {
  let answer: { folder: string };

  beforeAll(async () => {
    at = await installation();
    answer = await runWave(at, small);
    await bring(niksOf(3), { name: 'asn' });
  });

  const versionOf = (name: string) => `(select id from list where name = '${name}')`;
  const changesOf = (name: string): Readonly<Record<string, string>> => ({
    'update of the version': `update list set source = 'other' where name = '${name}'`,
    'update of the decision': `update list set held_for = 'x', decision = 'discarded', decided_at = now(), decided_by = 'x'
      where name = '${name}'`,
    'update of an entry': `update list_block set columns = '' where list_id = ${versionOf(name)}`,
    'insert of an entry': `insert into list_block values (${versionOf(name)}, 300, 1, '')`,
    'delete of an entry': `delete from list_block where list_id = ${versionOf(name)}`,
  });

  test.each(Object.entries(changesOf('dtks')))('cannot change: %s', async (_, statement) => {
    await expect(asOwner(at.database, (sql) => sql.unsafe(statement))).rejects.toMatchObject({
      code: '23001',
      message: expect.stringMatching(
        /^a frozen wave was held against version \d+ of a list: it cannot change$/,
      ),
    });
  });

  test('takes no entry of another, and does not go', async () => {
    const [own, other] = [versionOf('dtks'), versionOf('asn')];
    const move = `update list_block set list_id = ${own}, bucket = bucket + 300 where list_id = ${other}`;
    for (const statement of [move, `delete from list where name = 'dtks'`]) {
      await expect(asOwner(at.database, (sql) => sql.unsafe(statement))).rejects.toMatchObject({
        code: '23001',
      });
    }
  });

  test.each(Object.entries(changesOf('asn')))(
    'is told from one that no wave needs: %s',
    async (_, statement) => {
      const tried = asOwner(at.database, (sql) => sql.unsafe(statement));
      await expect(tried).rejects.toThrow(
        /^version \d+ of a list cannot change: it stays as it was imported/,
      );
    },
  );

  test('stays the one that it was held against', async () => {
    for (const statement of [
      `delete from wave_list where wave_id = 17`,
      `update wave_list set list_id = ${versionOf('asn')} where list_id = ${versionOf('dtks')}`,
      `insert into wave_list values (17, ${versionOf('asn')})`,
    ]) {
      await expect(asOwner(at.database, (sql) => sql.unsafe(statement))).rejects.toMatchObject({
        code: '23001',
      });
    }
  });

  test('is named in draw.json by its number, with its entries, and without a person', async () => {
    const { lists } = JSON.parse(await readFile(join(answer.folder, 'draw.json'), 'utf8'));
    expect(lists).toMatchObject([
      { name: 'bsu', version: 2, entries: 2, rows: 2, kind: 'deny' },
      { name: 'dtks', version: 1, entries: 3, rows: 3, kind: 'deny' },
      { name: 'kemnaker', version: 3, entries: 1, rows: 1, kind: 'priority' },
    ]);
    expect(JSON.stringify(lists)).not.toContain('tester');
  });
});
