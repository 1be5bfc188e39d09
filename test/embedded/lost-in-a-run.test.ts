/** The database is killed in the middle of a close, and comes back: the same command goes on by itself. */
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { migrateTables } from '../../src/db/migrate.ts';
import { joinEmbeddedServer } from '../../src/embedded/server.ts';
import { unlock } from '../../src/keys/data-keys.ts';
import { projectRoot } from '../../src/project-root.ts';
import { holdTable, until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { oracle } from '../support/oracle.ts';
import { startProgram } from '../support/program.ts';
import { exported, openAndImport, waveFrom } from '../support/wave.ts';
import { initialisedHome, killAndWait, serverPid } from './homes.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');

test('a close through two kills of its database comes to the same, without another attempt at any step', async () => {
  const home = await initialisedHome();
  const server = await joinEmbeddedServer(home);
  const database = await openDatabase(server.address, 3);
  await migrateTables(database);
  await unlock(database, { kind: 'file', path: inject('keyFile') }, true);
  const at: Installation = { ...(await installation()), database };
  const input = await waveFrom(INPUT);
  await openAndImport(at, input);
  const settings = { DATABASE_URL: '', GELOMBANG_HOME: home };
  const tables = ['stage_block', 'notice'];
  let closing: ReturnType<typeof startProgram> | undefined;
  for (const table of tables) {
    const held = await holdTable(database, table);
    closing ??= startProgram(at, ['wave', 'close', '17'], settings);
    await Promise.race([
      held.reached(),
      closing.ended().then(({ stderr }) => Promise.reject(new Error(stderr))),
    ]);
    await killAndWait(await serverPid(home));
    await held.release();
    await untilAnswers(database);
  }
  const ended = await closing?.ended();
  expect(ended?.code, ended?.stderr).toBe(0);
  expect(ended?.stderr).toContain('it is waited for');
  const { folder: _, ...answer } = await exported(at, input.waveId);
  expect(answer).toEqual(oracle(input));
  expect(await database.sql`select distinct attempts, error from step`).toEqual([
    { attempts: 1, error: null },
  ]);
  await database.close();
  await server.release();
});

function untilAnswers({ sql }: Installation['database']): Promise<void> {
  return until(() =>
    sql`select 1`.then(
      () => true,
      () => false,
    ),
  );
}
