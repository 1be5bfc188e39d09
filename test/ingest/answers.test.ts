/** Answers of the registry in files: who is answered about, what is no answer, and what the same file is when it comes again. */

import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { bucketOf, digitsOf, halvesOf } from '../../src/columns/identity.ts';
import { textAt } from '../../src/columns/layout.ts';
import { inTransaction } from '../../src/db/session.ts';
import { readAnswer, readPlainAnswer } from '../../src/ingest/answer-rows.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import { projectRoot } from '../../src/project-root.ts';
import { recordQuestions } from '../../src/registry/asked.ts';
import { beginClose } from '../../src/wave/close.ts';
import { NOT_REGISTERED, REGISTRY_STATUSES } from '../../src/wave/people.ts';
import { openPeople } from '../../src/wave/person-blocks.ts';
import { dropRegistryVersions, readRegistryVersions } from '../../src/wave/registry-versions.ts';
import { answer, daysAgo, exchanged } from '../support/exchange.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { nikOf, niksOf } from '../support/lists.ts';
import { open, type WaveInput, waveFrom } from '../support/wave.ts';

const small = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));

let at: Installation;
beforeEach(async () => {
  at = await installation();
  await open(at, exchanged(small));
});

/** Has these asked for, as a file of questions does. */
async function asked(niks: readonly string[]): Promise<void> {
  const inOrder = niks
    .map(halvesOf)
    .toSorted(
      (one, other) => bucketOf(...one) - bucketOf(...other) || one[0] - other[0] || one[1] - other[1],
    );
  const of = {
    nikHigh: Uint32Array.from(inOrder, ([high]) => high),
    nikLow: Uint32Array.from(inOrder, ([, low]) => low),
  };
  const file = { waveId: 17, fileName: 'questions.csv', sha256: niks.join(), operator: 'tester' };
  await inTransaction(at.database, (client) => recordQuestions(client, file, { rows: niks.length, of }));
}

/** All that is kept, as rows of a file. */
async function kept(): Promise<string[]> {
  const { sql, keys } = at.database;
  const blocks = await sql<(Parameters<typeof openPeople>[1] & { niks: Buffer; columns: Buffer })[]>`
    select snapshot_id as "snapshotId", bucket, position, people, niks, columns from registry_block`;
  const opened = await Promise.all(blocks.map((block) => openPeople(keys, block, block)));
  const rows = opened.flatMap(({ rows: people, of }) => {
    return Array.from({ length: people }, (_, row) => {
      const nik = digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0);
      const kk = digitsOf(of.kkHigh[row] ?? 0, of.kkLow[row] ?? 0);
      const status =
        of.status[row] === NOT_REGISTERED ? 'NOT_FOUND' : REGISTRY_STATUSES[of.status[row] ?? -1];
      return [nik, kk, textAt(of.fullName, row), of.birthDay[row], of.female[row], status].join();
    });
  });
  return rows.sort();
}

async function rejects(): Promise<string[]> {
  const rows = await at.database.sql<{ told: string }[]>`
    select line || ' ' || column_name || ' ' || code || ': ' || message as told from reject order by line, position`;
  return rows.map(({ told }) => told);
}

const found = (nik: string, name = 'Siti') => `${nik},3171010101010002,${name},2000-01-03,P,ACTIVE`;

describe('answers', () => {
  test('are people as the registry has them, or that it does not have the NIK, whatever else stands there', async () => {
    const [a = '', b = '', c = '', d = ''] = niksOf(4);
    await asked([a, b, c, d]);
    const summary = await answer(at, [
      found(a),
      `${b},,,,,NOT_FOUND`,
      `${c},12,Orang,yesterday,X,NOT_FOUND`,
      ` ${d} ,"","","",""," NOT_FOUND "`,
    ]);
    expect(await kept()).toEqual(
      [
        `${a},3171010101010002,Siti,2,1,ACTIVE`,
        ...[b, c, d].map((nik) => `${nik},0000000000000000,,0,0,NOT_FOUND`),
      ].sort(),
    );
    expect(summary).toMatchObject({
      ...{ kind: 'answers', version: 1, answers: 4, as_of: daysAgo(0), rows_taken: 4, rows_rejected: 0 },
      waves: [{ wave: 17, asked: 4, unanswered: 0 }],
    });
  });

  test('are some of those asked for, and it is said how many are left, of each wave that asked', async () => {
    await open(at, { ...exchanged(small), waveId: 18 });
    await asked(niksOf(1_000));
    await asked(niksOf(300, 900));
    const { waves } = await answer(
      at,
      niksOf(600).map((nik) => found(nik)),
    );
    expect(waves).toEqual([{ wave: 17, asked: 1_200, unanswered: 600 }]);
    const rest = niksOf(600, 600).map((nik) => `${nik},,,,,NOT_FOUND`);
    expect((await answer(at, rest)).waves).toEqual([{ wave: 17, asked: 1_200, unanswered: 0 }]);
  });

  test('to what nobody asked are rejected, with the rows that cannot be read, and the others come in', async () => {
    await asked(niksOf(3));
    const summary = await answer(at, [
      found(nikOf(0)),
      found(nikOf(7)),
      `${nikOf(8)},,,,,NOT_FOUND`,
      found(nikOf(1)).replace('ACTIVE', 'not_found'),
      `${nikOf(0)},,,,,NOT_FOUND`,
      '123,,,,,NOT_FOUND',
    ]);
    const never = 'no file of questions asks for the NIK, so this is no answer';
    expect(await rejects()).toEqual([
      `3 nik NOT_ASKED: ${never}`,
      `4 nik NOT_ASKED: ${never}`,
      expect.stringMatching(/^5 status VALUE_NOT_ALLOWED: "not_found", to be written NOT_FOUND/),
      expect.stringMatching(/^6 nik NIK_REPEATED: the NIK of line 2 again/),
      expect.stringMatching(/^7 nik NIK_FORMAT: /),
    ]);
    expect(await kept()).toEqual([expect.stringContaining(nikOf(0))]);
    expect(summary).toMatchObject({ answers: 1, rows_taken: 1, rows_rejected: 5 });
  });

  test('of which none was asked for are refused, and nothing is kept', async () => {
    await asked(niksOf(3));
    await expect(answer(at, [found(nikOf(7))])).rejects.toMatchObject({
      ...{ code: 'INPUT_REFUSED', faults: [{ where: 'NOT_ASKED', what: '1 rows' }] },
    });
    expect(await at.database.sql`select from registry_snapshot`).toEqual([]);
  });

  test('of a day that is to come are refused', async () => {
    await asked(niksOf(3));
    await expect(answer(at, [found(nikOf(1))], { asOf: daysAgo(-2) })).rejects.toMatchObject({
      ...{ code: 'INPUT_REFUSED', message: expect.stringContaining('is to come') },
    });
  });
});

describe('the same file again', () => {
  const rows = [found(nikOf(1)), `${nikOf(2)},,,,,NOT_FOUND`];
  beforeEach(() => asked(niksOf(3)));

  test('is what it was, on whatever day it comes, and not newer than that', async () => {
    const { file: _, waves: __, warnings: ___, ...first } = await answer(at, rows, { asOf: daysAgo(9) });
    await answer(at, [found(nikOf(0))]);
    const again = await answer(at, rows);
    expect(again).toMatchObject({ ...first, unchanged: true });
    expect(again.warnings).toEqual([
      expect.stringMatching(
        `^this file is in, with answers as of ${daysAgo(9)}, since .*: nothing was done now$`,
      ),
    ]);
    expect(await at.database.sql`select from registry_snapshot`).toHaveLength(2);
  });

  test('is a version of its own if it is said that they were given on another day', async () => {
    await answer(at, rows, { asOf: daysAgo(9) });
    const again = await answer(at, rows, { asOf: daysAgo(1) });
    expect(again).toMatchObject({ unchanged: false, version: 2, as_of: daysAgo(1) });
    expect(await answer(at, rows, { asOf: daysAgo(9) })).toMatchObject({ unchanged: true, version: 1 });
  });

  test('can come again once it was dropped', async () => {
    await answer(at, rows);
    await dropRegistryVersions(at.database, { versions: [1] }, 'tester', at.log);
    expect(await answer(at, rows)).toMatchObject({ unchanged: false, version: 2 });
  });
});

test('answers are never the snapshot that a wave is matched with, nor in the way of one', async () => {
  await asked(niksOf(3));
  const path = await fileOf(at, 'registry.csv', small.registry);
  const { signal } = new AbortController();
  const importing = () =>
    importRegistry(at.database, { path, onProgress: () => {}, signal, asOf: '2021-04-01' }, at.log);
  await importing();
  await answer(at, [found(nikOf(1))]);
  expect(await importing()).toMatchObject({ unchanged: true });
  const versions = await readRegistryVersions(at.database.sql);
  expect(versions.map(({ version, state }) => [version, state])).toEqual([
    [2, 'kept'],
    [1, 'in_force'],
  ]);
  const bare: WaveInput = { ...small, waveId: 18, policy: { ...small.policy, deny_lists: [], priority: [] } };
  await open(at, bare);
  const request = { waveId: 18, entropy: undefined, withoutUnfinished: false, empty: true };
  await (await beginClose(at.database, request, at.log)).release();
  const [wave] = await at.database.sql`select snapshot_id from wave where id = 18`;
  expect(wave?.snapshot_id).toBe(1);
});

test('what is read from bytes is what is read from text', () => {
  const places = { nik: 0, kk: 1, full_name: 2, birth_date: 3, sex: 4, status: 5 } as const;
  const fields = fc.tuple(
    fc.constantFrom('9671011708450003', '967101170845000', ' 9671011708450003'),
    fc.constantFrom('3171010101010002', '', 'x'),
    fc.constantFrom('Siti', '', ' '),
    fc.constantFrom('1990-10-20', '', '1990-02-30'),
    fc.constantFrom('L', 'P', ''),
    fc.constantFrom('ACTIVE', 'NOT_FOUND', 'NOT_FOUND', ' NOT_FOUND', 'NOT_FOUN', ''),
  );
  fc.assert(
    fc.property(fields, (given) => {
      const person = { nikHigh: 0, nikLow: 0, kkHigh: 7, kkLow: 7, birthDay: 7, female: 1, status: 0 };
      const parts = given.map((field) => Buffer.from(`${field},`));
      const ends = Uint32Array.from(parts, (_, place) => Buffer.concat(parts.slice(0, place + 1)).length - 1);
      const starts = Uint32Array.from(parts, (part, place) => (ends[place] ?? 0) - part.length + 1);
      const record = { bytes: Buffer.concat(parts), line: 7, starts, ends };
      if (!readPlainAnswer(record, places, person)) return;
      const fullName = person.status === NOT_REGISTERED ? '' : given[2];
      expect(readAnswer({ fields: given, line: 7 }, places)).toEqual({
        row: { ...person, fullName },
        normalised: 0,
      });
    }),
  );
});
