import { beforeEach, describe, expect, test } from 'vitest';
import { bucketOf, digitsOf, halvesOf } from '../../src/columns/identity.ts';
import type { ImportOptions, ImportSummary } from '../../src/db/import-file.ts';
import { importRecipients } from '../../src/ingest/lists.ts';
import { SEALED_ENTRIES } from '../../src/wave/entries.ts';
import { holdTable } from '../support/held-table.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { type GivenList, importNiks as importListed } from '../support/lists.ts';
import { knownRecipients } from '../support/recipients.ts';

let at: Installation;
beforeEach(async () => {
  at = await installation();
});

async function given(text: string): Promise<ImportOptions> {
  const { signal } = new AbortController();
  return { path: await fileOf(at, 'given.csv', text), onProgress: () => {}, signal };
}

const importNiks = (niks: readonly string[], list?: GivenList) => importListed(at, niks, list);

function nikOf(serial: number): string {
  return String(3_171_011_708_450_000 + serial * 7_919);
}

/** The entries of the newest version, bucket after bucket. */
async function entries(): Promise<string[]> {
  const { sql, keys } = at.database;
  const rows = await sql<{ version: number; bucket: number; entries: number; columns: Buffer }[]>`
    select list_id as version, bucket, entries, columns from list_block
    where list_id = (select max(id) from list) order by bucket`;
  const blocks = rows.map(async ({ version, bucket, entries, columns }) => {
    const { rows: count, of } = await SEALED_ENTRIES.open(
      keys,
      { table: 'list_block', of: version, bucket },
      columns,
    );
    const niks = Array.from({ length: count }, (_, row) =>
      digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0),
    );
    expect(niks.length).toBe(entries);
    expect(niks).toEqual([...new Set(niks)].sort());
    expect(new Set(niks.map((nik) => bucketOf(...halvesOf(nik))))).toEqual(new Set([bucket]));
    return niks;
  });
  return (await Promise.all(blocks)).flat();
}

async function told(query: string): Promise<string[]> {
  const rows = await at.database.sql.unsafe<{ told: string }[]>(query);
  return rows.map((row) => row.told);
}

describe('a list', () => {
  test('has each of its NIKs once, in order', async () => {
    const niks = Array.from({ length: 9_000 }, (_, place) => nikOf((place * 1_237) % 7_000));
    const summary = await importNiks([...niks, '3171 0117 0845 9999', `"${nikOf(3)}"`, 'x']);
    expect((await entries()).sort()).toEqual([...new Set([...niks, '3171011708459999'])].sort());
    expect(summary).toMatchObject({
      rows_read: 9_003,
      rows_taken: 9_002,
      rows_normalised: 1,
      entries: 7_001,
    });
    expect(await told(`select line || ' ' || code as told from reject`)).toEqual(['9004 NIK_FORMAT']);
  });

  test('of one name has versions, and the same file again is none', async () => {
    await importNiks([nikOf(1), nikOf(2)]);
    expect(await importNiks([nikOf(1), nikOf(2)])).toMatchObject({ unchanged: true });
    await importNiks([nikOf(2)]);
    expect(await entries()).toEqual([nikOf(2)]);
    expect(await told('select name as told from list')).toEqual(['dtks', 'dtks']);
  });

  test('without an entry is a list all the same', async () => {
    await importNiks([]);
    expect(await entries()).toEqual([]);
    expect(await told('select name as told from list')).toEqual(['dtks']);
  });

  test('that is cut off leaves nothing', async () => {
    const held = await holdTable(at.database, 'list_block');
    const stop = new AbortController();
    const importing = importNiks([nikOf(1)], { signal: stop.signal });
    await held.reached();
    stop.abort();
    await expect(importing).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await held.release();
    expect(await told('select name as told from list')).toEqual([]);
    expect(await told('select file_name as told from import_file')).toEqual([]);
  });
});

describe('recipients', () => {
  async function importRows(rows: readonly string[]): Promise<ImportSummary> {
    const options = await given(`nik,kk,wave\n${rows.map((row) => `${row}\n`).join('')}`);
    return importRecipients(at.database, options, at.log);
  }

  const recipients = async () =>
    (await knownRecipients(at.database)).map(({ nik, wave, kk }) => `${nik} ${wave} ${kk}`).sort();

  test('are known by NIK and wave, as the first row says, however often they are brought in', async () => {
    await importRows([`${nikOf(2)},3171010101010002,3`]);
    const rows = Array.from({ length: 300 }, () => `${nikOf(1)},,4`);
    await importRows([`${nikOf(1)},3171010101010001,4`, ...rows, `${nikOf(2)},,3`, `${nikOf(2)},,5`]);
    expect(await recipients()).toEqual([
      `${nikOf(1)} 4 3171010101010001`,
      `${nikOf(2)} 3 3171010101010002`,
      `${nikOf(2)} 5 `,
    ]);
  });

  test('come to be known by a file once, whatever it is written like', async () => {
    const plain = `${nikOf(1)},3171010101010001,4`;
    const written = [`'${nikOf(1)},,4`, `${nikOf(2)},0, 999999999`, `${nikOf(3)},1111111111111111,1`];
    const first = await importRows([plain, ...written]);
    expect(first).toMatchObject({ rows_read: 4, rows_taken: 4, rows_rejected: 0, rows_normalised: 1 });
    const known = await recipients();
    expect(known).toEqual([`${nikOf(1)} 4 3171010101010001`, `${nikOf(2)} 999999999 `, `${nikOf(3)} 1 `]);
    const again = await importRows([plain, ...written]);
    expect(again).toMatchObject({ unchanged: false, rows_read: 4, rows_taken: 4, rows_rejected: 0 });
    expect(await recipients()).toEqual(known);
  });

  test('come to be known in the order of bucket and NIK', async () => {
    const niks = Array.from({ length: 600 }, (_, place) => nikOf((place * 7) % 600));
    await importRows(niks.map((nik) => `${nik},,2`));
    const inOrder = niks.toSorted((a, b) => {
      const difference = bucketOf(...halvesOf(a)) - bucketOf(...halvesOf(b));
      return difference === 0 ? Number(a > b) - Number(a < b) : difference;
    });
    const known = await knownRecipients(at.database);
    expect(known.map(({ nik }) => nik)).toEqual(inOrder);
    expect(known.map(({ bucket }) => bucket)).toEqual(inOrder.map((nik) => bucketOf(...halvesOf(nik))));
  });

  test('with a fault are rejected', async () => {
    const summary = await importRows([`${nikOf(1)},12,0`, 'x,,2', `${nikOf(2)},,2`]);
    expect(summary).toMatchObject({ rows_read: 3, rows_taken: 1, rows_rejected: 2 });
    expect(
      await told(
        `select line || ' ' || column_name || ' ' || code as told from reject order by line, position`,
      ),
    ).toEqual(['2 kk KK_FORMAT', '2 wave VALUE_NOT_ALLOWED', '3 nik NIK_FORMAT']);
    expect(await recipients()).toEqual([`${nikOf(2)} 2 `]);
  });
});
