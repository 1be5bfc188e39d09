/** What this machine notes of the audit log, outside of the database: it goes forward with the log, and never with another one. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { audited } from '../../src/audit/audited.ts';
import { HeadNote } from '../../src/audit/note.ts';
import { verifyAudit } from '../../src/audit/verify.ts';
import { asOwner, cloneDatabase, type TestDatabase } from '../support/database.ts';
import { temporaryFolder } from '../support/installation.ts';

const INSTALLATION = '0b4d6f3e-0000-4000-8000-000000000000';

let at: TestDatabase;
let folder: string;
let warnings: string[];

beforeAll(async () => {
  at = await cloneDatabase();
});

beforeEach(async () => {
  folder = join(await temporaryFolder(), 'audit');
  warnings = [];
});

/** As another process has it. */
const note = () => new HeadNote(folder, INSTALLATION, (what) => warnings.push(what));

function deed(kept: HeadNote = note()): Promise<number> {
  const act = { action: 'explain', subject: { wave: 17 } } as const;
  return audited({ database: at.database, operator: 'Siti', note: kept }, act, async () => 17);
}

async function head() {
  return (await verifyAudit(at.database.sql, [])).audit;
}

/** By somebody whom nothing holds. */
async function cutOff(entries: number): Promise<void> {
  await asOwner(at.database, async (sql) => {
    await sql`set local session_replication_role = replica`;
    await sql`delete from audit where number > (select max(number) - ${entries} from audit)`;
  });
}

describe('the note', () => {
  test('is the newest entry that was added here, in one file that nobody else reads', async () => {
    await deed();
    await deed();
    const [name = '', ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(folder, name), 'utf8'))).toEqual({ audit: await head() });
    expect(await note().read()).toMatchObject({ ...(await head()), said: "this machine's own note" });
  });

  test('of many processes at once is that of the newest entry', async () => {
    await Promise.all(Array.from({ length: 24 }, () => deed()));
    const newest = await head();
    expect(await note().read()).toMatchObject(newest ?? {});
    await deed();
    expect(await readdir(folder)).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test('is kept apart from that of another installation', async () => {
    await deed();
    expect(await new HeadNote(folder, INSTALLATION.replace('0b', '0c'), () => {}).read()).toBeUndefined();
  });

  test('has nothing left beside it of a process that was killed', async () => {
    await deed();
    await writeFile(join(folder, `${INSTALLATION}.${(await head())?.entry}.json.4711`), '{"aud');
    await deed();
    expect(await readdir(folder)).toHaveLength(1);
  });

  test('finds that the end was cut off, and stays as it was when the log grows again', async () => {
    await deed();
    const noted = await note().read();
    await cutOff(1);
    const report = await verifyAudit(at.database.sql, noted === undefined ? [] : [noted]);
    expect(report.faults).toEqual([
      {
        entry: noted?.entry,
        what: expect.stringContaining('the end was cut off, or an older backup was restored'),
        hint: expect.stringContaining(`move ${join(folder, INSTALLATION)}.${noted?.entry}.json away`),
      },
    ]);
    const own = note();
    await deed(own);
    await deed(own);
    expect(warnings).toEqual([expect.stringContaining(`does not go through entry ${noted?.entry}`)]);
    expect(await note().read()).toEqual(noted);
    const later = await verifyAudit(at.database.sql, noted === undefined ? [] : [noted]);
    expect(later).toMatchObject({ verified: false, broken_at: noted?.entry });
  });

  test('that cannot be kept is told once, and stops nothing', async () => {
    await writeFile(folder, 'a file where the folder has to be');
    const own = note();
    expect(await deed(own)).toBe(17);
    expect(warnings).toEqual([expect.stringContaining('cannot note how far it has seen the audit log')]);
  });

  test('that is damaged is no note, and is said to be so', async () => {
    await mkdir(folder);
    await writeFile(join(folder, `${INSTALLATION}.7.json`), '{"audit":{"entry":7}}');
    await expect(note().read()).rejects.toThrow('is no note of the audit log');
  });
});
