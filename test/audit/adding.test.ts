/** Who may add entries can spoil the log for nobody: an end is of the own beginning, and auditors add what auditors do. */
import { beforeAll, describe, expect, test } from 'vitest';
import { audited } from '../../src/audit/audited.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { cloneDatabase, type TestDatabase } from '../support/database.ts';
import { loginOf } from '../support/logins.ts';

let at: TestDatabase;
let auditor: Database;
let worker: Database;

const ENTRY = {
  ...{ action: 'audit.show', operator: 'Siti', outcome: 'begun' },
  ...{ account: 'a', host: 'h', process: 1, subject: '{}' },
};

interface Given {
  readonly action?: string;
  readonly operator?: string;
  readonly outcome?: string;
  readonly began?: number;
}

async function add({ sql }: Database, given: Given = {}): Promise<number> {
  const [added] = await sql<{ entry: number }[]>`
    insert into audit ${sql({ ...ENTRY, ...given })} returning number::float8 as entry`;
  return added?.entry ?? 0;
}

const end = (by: Database, began: number, given: Given = {}) => add(by, { outcome: 'done', began, ...given });

const REFUSED = { code: '23001' };

beforeAll(async () => {
  at = await cloneDatabase();
  auditor = await openDatabase(await loginOf(at, 'auditor'), 2);
  worker = await openDatabase(await loginOf(at, 'worker'), 2);
  return async () => {
    await auditor.close();
    await worker.close();
  };
});

describe('an end', () => {
  test('is taken once, by whoever has begun', async () => {
    const began = await add(auditor);
    await end(auditor, began);
    await expect(end(auditor, began)).rejects.toMatchObject(REFUSED);
  });

  test.each<[string, Given]>([
    ['another action', { action: 'export' }],
    ['another operator', { operator: 'Budi' }],
  ])('of %s is refused', async (_, given) => {
    const began = await add(worker);
    await expect(end(worker, began, given)).rejects.toMatchObject(REFUSED);
  });

  test('of what began nothing is refused', async () => {
    const began = await add(worker);
    const ended = await end(worker, began);
    await expect(end(worker, ended)).rejects.toMatchObject(REFUSED);
    await expect(end(worker, ended + 1)).rejects.toMatchObject(REFUSED);
    await expect(end(worker, 1_000_000)).rejects.toMatchObject(REFUSED);
  });

  test('of what another login has begun is refused, to auditors and to the program', async () => {
    const act = { action: 'audit.show', subject: {} } as const;
    await audited({ database: at.database, operator: 'Siti' }, act, async (_, began) => {
      for (const other of [auditor, worker]) await expect(end(other, began)).rejects.toMatchObject(REFUSED);
    });
  });
});

describe('an auditor', () => {
  test.each(['wave.published', 'export', 'list.release', 'worker', 'made up'])(
    'adds no entry about %s',
    async (action) => {
      await expect(add(auditor, { action })).rejects.toMatchObject({ code: '42501' });
      await expect(add(worker, { action })).resolves.toBeGreaterThan(0);
    },
  );

  test('who has the role of the program too adds what the program does', async () => {
    const both = await loginOf(at, 'auditor');
    const owner = await openDatabase(at.ownerUrl, 1);
    await owner.sql.unsafe(`grant gelombang_worker to ${new URL(both).username}`);
    await owner.close();
    const own = await openDatabase(both, 1);
    await expect(add(own, { action: 'export' })).resolves.toBeGreaterThan(0);
    await own.close();
  });
});

test('what was refused has left the log whole', async () => {
  expect(await verifyAudit(at.database.sql, [])).toMatchObject({ verified: true });
});
