/** What a wave is held against: the registry, lists and recipients that were known when it was closed. */
import type { Queryable, Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { listsNamed, type NamedList } from '../policy/predicates.ts';
import { type AnswerFile, answerFilesOf, lockSnapshots } from './answer-files.ts';
import { tallyOfList } from './entries.ts';
import { type ListStanding, type ListVersion, standingOf } from './lists.ts';
import { decideCommands } from './lists-commands.ts';
import { tallyOfPeople } from './person-blocks.ts';
import type { Wave } from './record.ts';
import { askingOf } from './tally.ts';

/**
 * Fixes the newest registry snapshot (where the registry is asked, there need be none), the version in force of each list
 * that the policy names, and the recipients known now: whatever comes in later is for later waves.
 * @throws GelombangError INPUT_REFUSED with all that is missing, of another kind than the policy means, or held;
 * CONFLICT where the newest version of a list is held, and nothing else is wrong; Tampered where a version was not made by an import.
 */
export async function fixReferences(sql: Transaction, wave: Wave): Promise<void> {
  const { missing, held } = await fixLists(sql, wave);
  // Waits for whoever drops versions: what is dropped is not there any more, and what is needed from now on is not dropped.
  await lockSnapshots(sql);
  const source = matchSourceOf(wave.policy);
  // The web service does not say where past recipients live now: a snapshot does, where there is one.
  const snapshot = source === 'exchange' ? undefined : await newestSnapshot(sql);
  if (source === 'snapshot' && snapshot === undefined) {
    missing.unshift({ where: 'registry', what: 'none was imported', hint: 'gelombang import registry FILE' });
  }
  if (missing.length > 0) {
    throw new GelombangError(
      'INPUT_REFUSED',
      `wave ${wave.id} cannot be closed: what its policy needs is missing`,
      {
        concerns: { wave: wave.id },
        faults: [...missing, ...held],
        next: 'Import what is missing, then close the wave.',
      },
    );
  }
  if (held.length > 0) throw listsHeld(wave, held);
  if (snapshot !== undefined) await tallyOfPeople(askingOf(sql), snapshot);
  // Waits for whoever writes recipients: a block that is committed later has a later id.
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.recipients}, 0)`;
  await sql`
    update wave set snapshot_id = ${snapshot ?? null},
      last_recipient = (select coalesce(max(id), 0) from recipient_block),
      earlier_waves = array(select id from wave where state = 'published' and id < ${wave.id} order by id),
      void_waves = array(select id from wave where state = 'void' order by id)
    where id = ${wave.id}`;
}

async function newestSnapshot(sql: Transaction): Promise<number | undefined> {
  const found = await maybeOne(
    sql<{ id: number }[]>`
      select id from registry_snapshot where kind = 'whole' and dropped_at is null order by id desc limit 1`,
    'the newest snapshot',
  );
  return found?.id;
}

async function fixLists(sql: Transaction, wave: Wave): Promise<{ missing: Fault[]; held: Fault[] }> {
  const missing: Fault[] = [];
  const held: Fault[] = [];
  for (const named of listsNamed(wave.policy)) {
    const standing = await standingOf(sql, named.name);
    const { inForce } = standing;
    if (standing.held !== undefined) {
      held.push(undecided(standing.held));
    } else if (inForce === undefined || isOtherKind(named, inForce)) {
      missing.push(unfit(named, standing));
    } else {
      await tallyOfList(askingOf(sql), inForce.version);
      await sql`insert into wave_list (wave_id, list_id) values (${wave.id}, ${inForce.version})`;
    }
  }
  return { missing, held };
}

function isOtherKind({ kind }: NamedList, inForce: ListVersion): boolean {
  return kind !== 'any' && kind !== inForce.kind;
}

function unfit({ name, kind }: NamedList, { inForce, versions }: ListStanding): Fault {
  const none = versions === 0 ? 'none of this name was imported' : 'all of its versions were discarded';
  const what =
    inForce === undefined
      ? none
      : `its newest version is a ${inForce.kind} list, and the policy means a ${kind} list`;
  const hint = `gelombang import list FILE --name ${name} --kind ${kind === 'any' ? 'deny' : kind}`;
  return { where: `list ${name}`, what, hint };
}

function undecided({ name, version, held_for }: ListVersion): Fault {
  const what = `version ${version} is held: ${held_for}`;
  return { where: `list ${name}`, what, hint: `to decide on it: ${decideCommands(version)}` };
}

function listsHeld({ id }: Wave, faults: readonly Fault[]): GelombangError {
  const what =
    faults.length === 1 ? 'a list that its policy names is held' : 'lists that its policy names are held';
  return new GelombangError('CONFLICT', `wave ${id} cannot be closed: ${what}`, {
    concerns: { wave: id },
    faults,
    next: 'Look at each and release or discard it, then close the wave.',
  });
}

/** A file that a wave was held against. */
export interface ReferenceFile {
  readonly file: string;
  readonly sha256: string;
  readonly rows: number;
  readonly imported_at: string;
}

export interface References {
  /** Null where the wave was not matched with a snapshot. */
  readonly registry: (ReferenceFile & { readonly as_of: string }) | null;
  /** Where it was matched with answers that came in files: those that counted, of which the last one about a person stands. */
  readonly answers?: readonly AnswerFile[];
  readonly lists: readonly (ReferenceFile & {
    readonly name: string;
    readonly kind: string;
    readonly source: string;
    readonly date: string | null;
    readonly version: number;
    /** Distinct NIKs. */
    readonly entries: number;
  })[];
}

/** What a wave that is being closed, or is published, was held against: for those who ask by what it was decided. */
export async function referencesOf(sql: Queryable, wave: Wave): Promise<References> {
  const registry = await maybeOne(
    sql<NonNullable<References['registry']>[]>`
      select snapshot.as_of::text as as_of, file.file_name as file, file.sha256, file.rows_taken::float8 as rows,
        file.finished_at as imported_at
      from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
      where snapshot.id = ${wave.snapshotId} and snapshot.kind = 'whole'`,
    'the snapshot of the wave',
  );
  const lists = await sql<References['lists'][number][]>`
    select list.name, list.kind, list.source, list.listed_on::text as date, list.id as version, list.entries,
      file.file_name as file, file.sha256, file.rows_taken::float8 as rows, file.finished_at as imported_at
    from wave_list join list on list.id = wave_list.list_id join import_file file on file.id = list.import_id
    where wave_list.wave_id = ${wave.id} order by list.name`;
  const dated = <T extends ReferenceFile>(file: T): T => ({
    ...file,
    imported_at: isoTime(file.imported_at),
  });
  return {
    registry: registry === undefined ? null : dated(registry),
    ...(matchSourceOf(wave.policy) === 'exchange'
      ? { answers: await answerFilesOf(sql, wave, wave.snapshotId) }
      : {}),
    lists: lists.map(dated),
  };
}
