/** A wave that is played again without a change comes out as it did, and nothing of it is to be found afterwards. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stagesOf } from '../../jobs/processor.ts';
import type { Database, Transaction } from '../../src/db/database.ts';
import { importRecipients } from '../../src/ingest/lists.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { projectRoot } from '../../src/project-root.ts';
import { sha256 } from '../../src/proof/sha256.ts';
import type { Stages } from '../../src/wave/advance.ts';
import { openWave } from '../../src/wave/open.ts';
import { asOwner } from '../support/database.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { prepared } from '../support/prepared.ts';
import {
  close,
  madeUpWave,
  openAndImport,
  runWave,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';
import { asRead, simulated } from './simulated.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave', 'in');

let small: Installation;
let input: WaveInput;

beforeAll(async () => {
  input = await waveFrom(SMALL_WAVE);
  small = await published();
});

const published = prepared((at) => runWave(at, input));

/** Of everything that stands in any table, by table. */
async function allOf(database: Database): Promise<ReadonlyMap<string, string>> {
  return asOwner(database, sumsOf);
}

async function sumsOf(sql: Transaction): Promise<ReadonlyMap<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`;
  const sums = new Map<string, string>();
  for (const { name } of tables) {
    const [row] = await sql.unsafe(
      `select count(*) || ' ' || coalesce(md5(string_agg(line::text, chr(10) order by line::text)), '') as sum from ${name} line`,
    );
    sums.set(name, row?.sum);
  }
  return sums;
}

/** SHA-256 of the lines as they are recorded. */
async function hashOfLines(
  { sql }: Installation['database'],
  table: 'result_block' | 'pool',
): Promise<string> {
  const rows = await sql<{ lines: Buffer }[]>`
    select lines from ${sql(table)} where wave_id = 17 order by part ${table === 'pool' ? sql`` : sql`, position`}`;
  return sha256(Buffer.concat(rows.map(({ lines }) => lines)), 'hex');
}

describe('the replay of a wave without a change', () => {
  test('gives the same results and the same pool, to the byte', async () => {
    const { replay, sides, changed_sides, policy, pool_root } = await simulated(small);
    const results = await hashOfLines(small.database, 'result_block');
    const pool = await hashOfLines(small.database, 'pool');
    expect(replay).toEqual({
      ...{ nothing_changed: true, identical: true, lines_differing: 0, differing: [] },
      results_sha256: { before: results, after: results },
      pool_sha256: { before: pool, after: pool },
    });
    expect({ sides, changed_sides, changes: policy.changes }).toEqual({
      sides: [],
      changed_sides: 0,
      changes: [],
    });
    expect(pool_root.after).toBe(pool_root.before);
  });

  test('does so of a wave in several parts too, under a policy that is given as it was', async () => {
    const larger = await installation();
    const madeUp = await madeUpWave({ applicants: 1_500, seed: 3 });
    await openAndImport(larger, madeUp);
    await close(larger, 17, { parts: 5 });
    const report = await simulated(larger, {
      policy: asRead(madeUp.policy as Policy),
    });
    expect(report.replay).toMatchObject({ nothing_changed: true, identical: true });
    expect(report.applications).toBeGreaterThan(1_400);
    expect(report.replay.results_sha256.after).toBe(await hashOfLines(larger.database, 'result_block'));
    expect(report.outcomes.filter(({ before, after }) => before !== after)).toEqual([]);
  });

  test('does so of a wave that was opened with other seats than its policy says', async () => {
    const other = await installation();
    await openAndImport(other, input);
    await unguarded(other.database, async (sql) => {
      await sql`update wave set quota = 4 where id = 17`;
    });
    await close(other, 17);
    expect((await simulated(other)).replay).toMatchObject({ nothing_changed: true, identical: true });
    const own = await simulated(other, {
      policy: asRead(input.policy as Policy),
    });
    expect(own.policy.changes).toEqual([{ key: 'quota', before: 4, after: 9 }]);
    expect(own.outcomes).toContainEqual({ outcome: 'ACCEPTED', before: 4, after: 9 });
  });

  test('does so whatever came in since', async () => {
    const later = await published();
    const { database, log } = later;
    const importing = async (name: string, text: string) => ({
      ...{
        path: await fileOf(later, name, text),
        onProgress: () => {},
        signal: new AbortController().signal,
      },
    });
    const everybody = input.registry.replaceAll(',ACTIVE', ',DECEASED');
    await importRegistry(database, { ...(await importing('later.csv', everybody)), asOf: '2022-01-01' }, log);
    const niks = input.registry.trim().split('\n').slice(1);
    const received = niks.map((line) => `${line.split(',').slice(0, 2).join(',')},12\n`).join('');
    await importRecipients(database, await importing('received.csv', `nik,kk,wave\n${received}`), log);
    expect((await simulated(later)).replay.identical).toBe(true);
    const now = await simulated(later, { data: 'current' });
    expect(now.held_against.registry.as_closed).toBe(false);
    expect(now.reasons.find(({ reason }) => reason === 'NIK_DECEASED')?.after).toBeGreaterThan(30);
  });

  test('does so of a wave that was voided after its publication', async () => {
    const voided = await published();
    await voided.database.sql`
      update wave set state = 'void', voided_at = now(), voided_by = 'someone', void_reason = 'a test' where id = 17`;
    expect((await simulated(voided)).replay).toMatchObject({ nothing_changed: true, identical: true });
  });

  test('says whose line of the pool it is that was changed in the database', async () => {
    const changed = await published();
    await unguarded(changed.database, async (sql) => {
      await sql`alter table pool disable trigger pool_guard`;
      await sql`update pool set lines = convert_to(replace(convert_from(lines, 'UTF8'), ',0,31', ',1,31'), 'UTF8')`;
      await sql`alter table pool enable trigger pool_guard`;
    });
    const { replay } = await simulated(changed);
    expect(replay).toMatchObject({ nothing_changed: true, identical: false });
    expect(replay.differing).toContainEqual({ registration_no: 'KK-FULL', file: 'pool.csv' });
  });
});

describe('a simulation', () => {
  test('leaves every table as it found it', async () => {
    const before = await allOf(small.database);
    expect(before.size).toBeGreaterThan(15);
    await simulated(small, { set: { quota: '12', 'match.name': '60' } });
    await expect(simulated(small, { set: { deny_lists: '[unknown]' } })).rejects.toThrow();
    expect(await allOf(small.database)).toEqual(before);
  });

  test('leaves its connection without tables of its own', async () => {
    await simulated(small);
    const left = await small.database.sql`select relname from pg_class where relpersistence = 't'`;
    expect([...left]).toEqual([]);
  });

  test.each([
    [
      'the connection of its step',
      (context: Context) => context.client.query('update wave set quota = 1 where id = 17'),
    ],
    [
      'another connection',
      (context: Context) => context.database.sql`update wave set quota = 1 where id = 17`,
    ],
    [
      'a table that no stage was known to write',
      (context: Context) =>
        context.client.query("insert into stage (wave_id, stage, parts) values (17, 'none', 1)"),
    ],
  ])('lets no stage write, over %s', async (_, write) => {
    const match = {
      ...real().match,
      work: async (context: Context) => {
        await write(context);
        return real().match.work(context);
      },
    };
    await expect(simulated(small, {}, { stages: { ...real(), match } })).rejects.toThrow(
      /read-only transaction/,
    );
  });

  test('lets the freeze read what became of people in waves before', async () => {
    let seen: unknown;
    const freeze = {
      ...real().freeze,
      work: async (context: Context) => {
        const { rows } = await context.client.query(
          'select count(*)::int as blocks from result_block where wave_id = 17',
        );
        seen = rows;
        return real().freeze.work(context);
      },
    };
    await simulated(small, {}, { stages: { ...real(), freeze } });
    expect(seen).toEqual([{ blocks: 1 }]);
  });

  test('holds no lock that keeps others from anything', async () => {
    const { sql } = small.database;
    let held: readonly { what: string; mode: string }[] = [];
    await simulated(
      small,
      {},
      {
        takeSides: async (lines) => {
          held = await sql<{ what: string; mode: string }[]>`
          select coalesce(relname, locktype) as what, mode from pg_locks
          left join pg_class class on class.oid = relation left join pg_namespace space on space.oid = relnamespace
          where (nspname = 'public' or locktype = 'advisory') and pid <> pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())`;
          for await (const _ of lines);
        },
      },
    );
    expect(held.map(({ what }) => what)).toContain('application_block');
    expect(held.filter(({ mode }) => mode !== 'AccessShareLock')).toEqual([]);
  });

  test('that is stopped says so, and leaves nothing', async () => {
    const stopping = new AbortController();
    const before = await allOf(small.database);
    const onProgress = (step: string) => {
      if (step === 'freeze') stopping.abort('SIGINT');
    };
    await expect(simulated(small, {}, { signal: stopping.signal, onProgress })).rejects.toMatchObject({
      ...{ code: 'INTERRUPTED', next: 'Nothing of it is stored. Run the command again.' },
    });
    expect(await allOf(small.database)).toEqual(before);
    const left = await small.database.sql`select relname from pg_class where relpersistence = 't'`;
    expect([...left]).toEqual([]);
  });

  test('tells of every stage and then of the comparison', async () => {
    const steps: string[] = [];
    await simulated(small, {}, { onProgress: (step, done, parts) => steps.push(`${step} ${done}/${parts}`) });
    const stages = ['match', 'filter', 'household', 'freeze', 'draw', 'select', 'record', 'compare'];
    expect(steps).toEqual(stages.flatMap((step) => [`${step} 0/1`, `${step} 1/1`]));
  });

  test('is refused for a wave that is not published, or not there', async () => {
    const { database, log } = small;
    const policy = asRead(input.policy as Policy);
    await openWave(database, { waveId: 18, policy, quota: undefined, closesAt: undefined }, log);
    await expect(simulated(small, { waveId: 18 })).rejects.toMatchObject({
      ...{ code: 'CONFLICT', next: 'Close it first: gelombang wave close 18' },
    });
    await database.sql`
      update wave set state = 'void', voided_at = now(), voided_by = 'someone', void_reason = 'a test' where id = 18`;
    await expect(simulated(small, { waveId: 18 })).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(simulated(small, { waveId: 99 })).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });
});

type Context = Parameters<Stages['match']['work']>[0];

function real(): Stages {
  return stagesOf(small.jobs);
}
