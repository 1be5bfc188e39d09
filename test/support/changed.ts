/** What readers say when somebody has changed the database who has no key, and whom no guard holds up. */
import type pg from 'pg';
import { expect, inject } from 'vitest';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { inRolledBackTransaction } from '../../src/db/session.ts';
import { unlock } from '../../src/keys/data-keys.ts';
import type { Installation } from './installation.ts';

/** As a superuser, who has the key too, so that what was changed can be looked at before it is undone. */
export async function ownedAndUnlocked({ ownerUrl }: Installation): Promise<Database> {
  const owned = await openDatabase(ownerUrl, 2);
  await unlock(owned, { kind: 'file', path: inject('keyFile') }, true);
  return owned;
}

/** What is said of the change by whoever reads; undefined where nobody notices. */
export function saidOf(
  owned: Database,
  change: string,
  read: (client: pg.ClientBase) => Promise<unknown>,
  before: (client: pg.ClientBase) => Promise<unknown> = async () => {},
): Promise<string | undefined> {
  let isChanged = false;
  const reading = inRolledBackTransaction(owned, async (client) => {
    await client.query('set local session_replication_role = replica');
    await before(client);
    await read(client);
    expect((await client.query(change)).rowCount).toBeGreaterThan(0);
    isChanged = true;
    await read(client);
  });
  return reading.then(
    () => undefined,
    (error: Error) => {
      if (!isChanged) throw error;
      return error.message;
    },
  );
}
