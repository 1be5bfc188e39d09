/** The versions of lists, as records: what came in and from whom, whether it is in force, which waves were held against it. */
import type { Database, Queryable } from '../db/database.ts';
import { maybeOne } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { listsNamed, type NamedList } from '../policy/predicates.ts';
import type { Wave } from './record.ts';

/**
 * `in_force`: the newest of its name that may be used. `superseded`: it may be, and a newer one is in force. `held`: it
 * waits for the word of an operator. `discarded`: it is never used.
 */
export type ListState = 'in_force' | 'superseded' | 'held' | 'discarded';

export type ListDecision = 'released' | 'discarded';

export interface ListVersion {
  /** Counted over all lists, so that it names the list too. */
  readonly version: number;
  readonly name: string;
  readonly kind: 'deny' | 'priority';
  readonly state: ListState;
  readonly source: string;
  /** `YYYY-MM-DD`, or null where it is not known. */
  readonly date: string | null;
  readonly file: string;
  readonly sha256: string;
  /** Of the file, without those that were rejected. */
  readonly rows: number;
  /** Distinct NIKs. */
  readonly entries: number;
  readonly imported_at: string;
  readonly imported_by: string;
  /** Why it was held, if it was. */
  readonly held_for: string | null;
  readonly decision: ListDecision | null;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  /** Waves that were held against it. */
  readonly waves: readonly number[];
}

/** By name, the newest first; those of one name where it is given. */
export async function readListVersions(sql: Queryable, name?: string): Promise<readonly ListVersion[]> {
  const found = await sql<ListVersion[]>`
    select list.id as version, list.name, list.kind,
      case when decision = 'discarded' then 'discarded'
        when held_for is not null and decision is null then 'held'
        when exists (select from list newer where newer.name = list.name and newer.id > list.id
          and (newer.held_for is null or newer.decision = 'released')) then 'superseded'
        else 'in_force' end as state,
      list.source, list.listed_on::text as date, file.file_name as file, file.sha256,
      file.rows_taken::float8 as rows, list.entries, list.imported_at, list.imported_by, list.held_for,
      list.decision, list.decided_at, list.decided_by,
      array(select wave_id from wave_list where list_id = list.id order by wave_id) as waves
    from list join import_file file on file.id = list.import_id
    where ${name === undefined ? sql`true` : sql`list.name = ${name}`}
    order by list.name, list.id desc`;
  return found.map((row) => ({
    ...row,
    imported_at: isoTime(row.imported_at),
    decided_at: isoTime(row.decided_at),
  }));
}

/** @throws GelombangError INPUT_REFUSED where there is no such version. */
async function readListVersion(sql: Queryable, version: number): Promise<ListVersion> {
  const named = await maybeOne(
    sql<{ name: string }[]>`select name from list where id = ${version}`,
    'the version',
  );
  const all = named === undefined ? [] : await readListVersions(sql, named.name);
  const found = all.find((each) => each.version === version);
  if (found !== undefined) return found;
  throw new GelombangError('INPUT_REFUSED', `there is no version ${version} of a list`, {
    concerns: { version },
    next: 'Look at all of them with: gelombang list versions',
  });
}

export function unknownList(name: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `no list ${name} was imported`, {
    concerns: { list: name },
    next: 'Look at all lists with: gelombang list versions',
  });
}

/** How a list stands for a wave that is closed now. */
export interface ListStanding {
  readonly inForce: ListVersion | undefined;
  /** The newest, where it is held: until it is decided on, nobody knows which version is meant. */
  readonly held: ListVersion | undefined;
  /** Versions that there are, whatever became of them. */
  readonly versions: number;
}

export async function standingOf(sql: Queryable, name: string): Promise<ListStanding> {
  const versions = await readListVersions(sql, name);
  const [newest] = versions.filter(({ state }) => state !== 'discarded');
  return {
    inForce: versions.find(({ state }) => state === 'in_force'),
    held: newest?.state === 'held' ? newest : undefined,
    versions: versions.length,
  };
}

/** A list that a wave's policy names, and the version that the wave is held against; all null where there is none. */
export interface ListOfWave {
  readonly name: string;
  /** As the policy means it. */
  readonly kind: NamedList['kind'];
  readonly version: number | null;
  readonly entries: number | null;
  readonly source: string | null;
  readonly date: string | null;
  readonly sha256: string | null;
  /** A newer version that has to be decided on before the wave can be closed. */
  readonly held: { readonly version: number; readonly held_for: string } | null;
}

/** Of a wave that is open, what it would be held against if it were closed now; of others, what was fixed. */
export async function listsOfWave(sql: Queryable, wave: Wave): Promise<readonly ListOfWave[]> {
  const lists: ListOfWave[] = [];
  for (const { name, kind } of listsNamed(wave.policy)) {
    const { inForce, held } =
      wave.state === 'open' ? await standingOf(sql, name) : await fixedOf(sql, wave, name);
    lists.push({
      name,
      kind,
      version: inForce?.version ?? null,
      entries: inForce?.entries ?? null,
      source: inForce?.source ?? null,
      date: inForce?.date ?? null,
      sha256: inForce?.sha256 ?? null,
      held: held === undefined ? null : { version: held.version, held_for: held.held_for ?? '' },
    });
  }
  return lists.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

async function fixedOf(
  sql: Queryable,
  { lists }: Wave,
  name: string,
): Promise<Pick<ListStanding, 'inForce' | 'held'>> {
  const fixed = lists[name];
  return { inForce: fixed === undefined ? undefined : await readListVersion(sql, fixed), held: undefined };
}

/** What an operator says of a version that is held. */
export interface ListVerdict {
  readonly version: number;
  readonly decision: ListDecision;
  readonly operator: string;
}

/**
 * Writes down what becomes of a version that is held; it is not taken back.
 * @throws GelombangError CONFLICT where it is not held or was decided on, INPUT_REFUSED where there is no such version.
 */
export async function decideOnList(database: Database, verdict: ListVerdict, log: Log): Promise<ListVersion> {
  const { version, decision, operator } = verdict;
  const decided = await database.sql`
    update list set decision = ${decision}, decided_at = now(), decided_by = ${operator}
    where id = ${version} and held_for is not null and decision is null returning id`;
  const now = await readListVersion(database.sql, version);
  if (decided.length === 0) throw notToDecide(now);
  logEvent(log, decision === 'released' ? 'list.released' : 'list.discarded', { list: now.name, version });
  return now;
}

function notToDecide({ version, name, decision, decided_at }: ListVersion): GelombangError {
  const why = decision === null ? 'is not held' : `was ${decision} at ${decided_at}`;
  return new GelombangError('CONFLICT', `version ${version} of list ${name} ${why}`, {
    concerns: { list: name, version },
    next: `Look at its versions with: gelombang list versions ${name}`,
  });
}
