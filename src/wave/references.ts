/** What a wave is held against: the registry, lists and recipients that were known when it was closed. */
import type { Queryable, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { listsNamed } from '../policy/predicates.ts';
import type { Wave } from './record.ts';

/**
 * Fixes the newest registry snapshot, the newest version of each list that the policy names, and the recipients known
 * now: whatever comes in later is for later waves.
 * @throws GelombangError INPUT_REFUSED with all that is missing or of another kind than the policy means.
 */
export async function fixReferences(sql: Transaction, wave: Wave): Promise<void> {
  const snapshot = await maybeOne(
    sql<{ id: number }[]>`select id from registry_snapshot order by id desc limit 1`,
    'the newest snapshot',
  );
  const faults = await fixLists(sql, wave);
  if (snapshot === undefined) {
    faults.unshift({ where: 'registry', what: 'none was imported', hint: 'gelombang import registry FILE' });
  }
  if (snapshot === undefined || faults.length > 0) {
    throw new GelombangError(
      'INPUT_REFUSED',
      `wave ${wave.id} cannot be closed: what its policy needs is missing`,
      { concerns: { wave: wave.id }, faults, next: 'Import what is missing, then close the wave.' },
    );
  }
  // Waits for whoever writes recipients: a block that is committed later has a later id.
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.recipients}, 0)`;
  await sql`
    update wave set snapshot_id = ${snapshot.id},
      last_recipient = (select coalesce(max(id), 0) from recipient_block),
      earlier_waves = array(select id from wave where state = 'published' and id < ${wave.id} order by id),
      void_waves = array(select id from wave where state = 'void' order by id)
    where id = ${wave.id}`;
}

async function fixLists(sql: Transaction, wave: Wave): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { name, kind } of listsNamed(wave.policy)) {
    const newest = await maybeOne(
      sql<{ id: number; kind: string }[]>`
        select id, kind from list where name = ${name} order by id desc limit 1`,
      `list ${name}`,
    );
    const hint = `gelombang import list FILE --name ${name} --kind ${kind === 'any' ? 'deny' : kind}`;
    if (newest === undefined) {
      faults.push({ where: `list ${name}`, what: 'none of this name was imported', hint });
    } else if (kind !== 'any' && newest.kind !== kind) {
      const what = `its newest version is a ${newest.kind} list, and the policy means a ${kind} list`;
      faults.push({ where: `list ${name}`, what, hint });
    } else {
      await sql`insert into wave_list (wave_id, list_id) values (${wave.id}, ${newest.id}) on conflict do nothing`;
    }
  }
  return faults;
}

/** A file that a wave was held against. */
export interface ReferenceFile {
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
  readonly imported_at: string;
}

export interface References {
  readonly registry: (ReferenceFile & { readonly as_of: string }) | null;
  readonly lists: readonly (ReferenceFile & {
    readonly name: string;
    readonly kind: string;
    readonly source: string;
    readonly date: string | null;
  })[];
}

/** What a wave that is being closed, or is published, was held against: for those who ask by what it was decided. */
export async function referencesOf(sql: Queryable, wave: Wave): Promise<References> {
  const registry = await maybeOne(
    sql<NonNullable<References['registry']>[]>`
      select snapshot.as_of::text as as_of, file.file_name as file, file.sha256, file.rows_taken::float8 as rows,
        file.finished_at as imported_at
      from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
      where snapshot.id = ${wave.snapshotId}`,
    'the snapshot of the wave',
  );
  const lists = await sql<References['lists'][number][]>`
    select list.name, list.kind, list.source, list.listed_on::text as date, file.file_name as file, file.sha256,
      file.rows_taken::float8 as rows, file.finished_at as imported_at
    from wave_list join list on list.id = wave_list.list_id join import_file file on file.id = list.import_id
    where wave_list.wave_id = ${wave.id} order by list.name`;
  const dated = <T extends ReferenceFile>(file: T): T => ({
    ...file,
    imported_at: isoTime(file.imported_at),
  });
  return { registry: registry === undefined ? null : dated(registry), lists: lists.map(dated) };
}
