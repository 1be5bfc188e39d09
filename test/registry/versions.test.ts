/** Versions of the registry: what is in force, what waves are held against, and what may be dropped. */
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { TRANSACTION_LOCKS } from '../../src/db/locks.ts';
import { explain } from '../../src/explain/explain.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import { projectRoot } from '../../src/project-root.ts';
import { beginClose } from '../../src/wave/close.ts';
import {
  type DropChoice,
  type Dropping,
  dropRegistryVersions,
  readRegistryVersions,
} from '../../src/wave/registry-versions.ts';
import { answer, answersFrom, ask, daysAgo, exchanged } from '../support/exchange.ts';
import { until } from '../support/held-table.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { close, open, openAndImport, type WaveInput, waveFrom } from '../support/wave.ts';

let small: WaveInput;
let at: Installation;

beforeAll(async () => {
  small = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
});

beforeEach(async () => {
  at = await installation();
});

async function snapshot(asOf: string): Promise<void> {
  const path = await fileOf(at, `registry-${asOf}.csv`, small.registry);
  const { signal } = new AbortController();
  await importRegistry(at.database, { path, onProgress: () => {}, signal, asOf }, at.log);
}

/** Closes it as far as it is under way. */
async function begin(waveId: number): Promise<void> {
  const request = { waveId, entropy: undefined, withoutUnfinished: false, empty: true };
  await (await beginClose(at.database, request, at.log)).release();
}

function drop(choice: DropChoice): Promise<Dropping> {
  return dropRegistryVersions(at.database, choice, 'ani', at.log);
}

async function standing(): Promise<string[]> {
  const versions = await readRegistryVersions(at.database.sql);
  return versions.map(({ version, state, waves }) => [version, state, ...waves].join(' '));
}

async function blocksOf(version: number): Promise<number> {
  return (await at.database.sql`select from registry_block where snapshot_id = ${version}`).length;
}

describe('a snapshot', () => {
  test('is on record with its day, its file and who was held against it', async () => {
    await openAndImport(at, small);
    await snapshot('2021-05-01');
    await begin(17);
    await snapshot('2021-06-01');
    expect(await standing()).toEqual(['3 in_force', '2 superseded 17', '1 superseded']);
    const [newest] = await readRegistryVersions(at.database.sql);
    expect(newest).toEqual({
      ...{ version: 3, kind: 'whole', state: 'in_force', as_of: '2021-06-01', people: 45, waves: [] },
      ...{ file: 'registry-2021-06-01.csv', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      ...{ imported_at: expect.stringMatching(/Z$/), dropped_at: null, dropped_by: null },
    });
  });

  test('is dropped with all its people, and stays on record with who said so', async () => {
    await snapshot('2021-04-01');
    await snapshot('2021-05-01');
    const blocks = await blocksOf(1);
    const { dropped } = await drop({ versions: [1] });
    expect(dropped).toEqual([
      expect.objectContaining({ version: 1, people: 45, blocks, bytes: expect.any(Number) }),
    ]);
    expect(dropped[0]?.bytes).toBeGreaterThan(1_000);
    expect([await blocksOf(1), await blocksOf(2)]).toEqual([0, blocks]);
    expect((await readRegistryVersions(at.database.sql))[1]).toMatchObject({
      ...{ version: 1, state: 'dropped', dropped_by: 'ani', people: 45 },
    });
  });

  test('is not dropped while it is the newest, or a wave that is being closed is held against it', async () => {
    await openAndImport(at, small);
    await begin(17);
    await snapshot('2021-05-01');
    await snapshot('2021-06-01');
    const refused = await drop({ versions: [1, 2, 3] }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'CONFLICT',
      faults: [
        { where: 'version 3', what: expect.stringContaining('the newest snapshot') },
        { where: 'version 1', what: 'wave 17 is held against it, and under way' },
      ],
    });
    expect(await blocksOf(2)).toBeGreaterThan(0);
  });

  test('is dropped once its wave is published, which is explained all the same', async () => {
    await openAndImport(at, small);
    await snapshot(small.policy.as_of);
    await close(at, 17);
    await snapshot('2021-06-01');
    await drop({ olderThan: '2021-06-01' });
    const [row] = await at.database.sql<{ registration_no: string }[]>`
      select registration_no from outcome where reasons like '%NIK_NOT_FOUND%' limit 1`;
    const { explanation } = await explain(at.database, 17, row?.registration_no ?? '');
    expect(explanation).toMatchObject({ nik_slip: null, registry: { as_of: small.policy.as_of } });
  });
});

describe('answers', () => {
  const answersTo = (niks: readonly string[]) => answersFrom(small.registry)(niks);

  test('may be dropped while a wave is open, which then asks again, and not while it is closed by them', async () => {
    await openAndImport(at, exchanged(small));
    const { niks } = await ask(at, 17);
    await answer(at, answersTo(niks));
    expect(await standing()).toEqual(['2 kept', '1 in_force']);
    await drop({ versions: [2] });
    expect((await ask(at, 17)).niks).toEqual(niks);
    await answer(at, answersTo(niks.slice(1)), { asOf: daysAgo(3) });
    await answer(at, answersTo(niks), { asOf: daysAgo(31) });
    await close(at, 17);
    expect(await standing()).toEqual(['4 kept', '3 kept 17', '2 dropped', '1 in_force']);
    const { dropped, kept } = await drop({ olderThan: daysAgo(0) });
    expect(dropped.map(({ version }) => version)).toEqual([4]);
    expect(kept).toEqual([
      { version: 3, why: 'wave 17 is held against it, and under way' },
      { version: 1, why: expect.stringContaining('the newest snapshot') },
    ]);
    await answer(at, answersTo(niks.slice(0, 1)));
    await close(at, 17);
    expect(await standing()).toEqual(['5 kept 17', '4 dropped', '3 kept 17', '2 dropped', '1 in_force']);
    await drop({ versions: [3, 5] });
    expect((await standing()).slice(0, 3)).toEqual(['5 dropped 17', '4 dropped', '3 dropped 17']);
  });
});

describe('what cannot be dropped', () => {
  test.each([
    ['a version that there is not', [9], 'INPUT_REFUSED', 'there is no version 9 of the registry'],
    ['one that was dropped', [1], 'CONFLICT', 'versions of the registry cannot be dropped, and none was'],
  ])('is %s', async (_, versions, code, message) => {
    await snapshot('2021-04-01');
    await snapshot('2021-05-01');
    await drop({ versions: [1] });
    await expect(drop({ versions })).rejects.toMatchObject({ code, message });
  });
});

test('a close waits for whoever drops, and is not held against what is gone then', async () => {
  await open(at, { ...small, policy: { ...small.policy, deny_lists: [], priority: [] } });
  await snapshot('2021-04-01');
  const session = at.database.connect();
  await session`select pg_advisory_lock(${TRANSACTION_LOCKS.snapshots}, 0)`;
  const closing = begin(17);
  await until(async () => {
    const waiting = await at.database.sql`
      select from pg_locks where locktype = 'advisory' and not granted and classid = ${TRANSACTION_LOCKS.snapshots}
        and database = (select oid from pg_database where datname = current_database())`;
    return waiting.length > 0;
  });
  await snapshot('2021-05-01');
  await at.database.sql`update registry_snapshot set dropped_at = now(), dropped_by = 'ani' where id = 1`;
  await session.end();
  await closing;
  expect(await standing()).toEqual(['2 in_force 17', '1 dropped']);
});
