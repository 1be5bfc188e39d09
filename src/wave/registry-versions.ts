/** The versions of the registry, as records: snapshots of all of it and files of answers, what used them, and what was dropped. */
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { countsFor, lockSnapshots } from './answer-files.ts';

/**
 * `in_force`: the newest whole snapshot, which a wave is held against that is closed now; `superseded`: an older one. `kept`:
 * answers, which count for as long as a policy lets them. `dropped`: its people are gone.
 */
export type RegistryState = 'in_force' | 'superseded' | 'kept' | 'dropped';

export interface RegistryVersion {
  /** Counted over snapshots and answers. */
  readonly version: number;
  readonly kind: 'whole' | 'answers';
  readonly state: RegistryState;
  /** `YYYY-MM-DD`. */
  readonly as_of: string;
  /** Distinct NIKs. */
  readonly people: number;
  readonly file: string;
  readonly sha256: string;
  readonly imported_at: string;
  /** Waves that were held against it, or will be when they go on. */
  readonly waves: readonly number[];
  readonly dropped_at: string | null;
  readonly dropped_by: string | null;
}

/** The newest first. */
export async function readRegistryVersions(sql: Queryable): Promise<readonly RegistryVersion[]> {
  const found = await sql<RegistryVersion[]>`
    select snapshot.id as version, snapshot.kind,
      case when snapshot.dropped_at is not null then 'dropped'
        when snapshot.kind = 'answers' then 'kept'
        when exists (select from registry_snapshot newer where newer.kind = 'whole' and newer.dropped_at is null
          and newer.id > snapshot.id) then 'superseded'
        else 'in_force' end as state,
      snapshot.as_of::text as as_of, snapshot.people::float8 as people, file.file_name as file, file.sha256,
      snapshot.imported_at,
      array(
        select wave.id from wave left join run on run.wave_id = wave.id
        where snapshot.kind = 'whole' and wave.snapshot_id = snapshot.id
          or ${countsFor(sql)} and (wave.snapshot_id >= snapshot.id or wave.state = 'closing'
            and not exists (select from stage where stage.wave_id = wave.id and stage.stage = 'match'))
        order by wave.id
      ) as waves,
      snapshot.dropped_at, snapshot.dropped_by
    from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
    order by snapshot.id desc`;
  return found.map((row) => ({
    ...row,
    imported_at: isoTime(row.imported_at),
    dropped_at: isoTime(row.dropped_at),
  }));
}

/** What is to be dropped: by number, or all that are as of an earlier day and not needed. */
export type DropChoice =
  | { readonly versions: readonly number[] }
  /** `YYYY-MM-DD`. */
  | { readonly olderThan: string };

export interface DroppedVersion
  extends Pick<RegistryVersion, 'version' | 'kind' | 'as_of' | 'people' | 'file'> {
  /** Of rows, and what they took on the disk. */
  readonly blocks: number;
  readonly bytes: number;
}

export interface Dropping {
  readonly dropped: readonly DroppedVersion[];
  /** Those that are old enough, and needed. */
  readonly kept: readonly { readonly version: number; readonly why: string }[];
}

/**
 * Takes the people of versions away, all or none of those that are named; that they were there, and who dropped them, stays on
 * record.
 * @throws GelombangError CONFLICT where one that is named is needed or was dropped, INPUT_REFUSED where there is none.
 */
export async function dropRegistryVersions(
  database: Database,
  choice: DropChoice,
  operator: string,
  log: Log,
): Promise<Dropping> {
  const dropping = await database.sql.begin(async (sql) => {
    await lockSnapshots(sql);
    const { toDrop, kept } = await choose(sql, choice);
    const dropped: DroppedVersion[] = [];
    for (const version of toDrop) dropped.push(await drop(sql, version, operator));
    return { dropped, kept };
  });
  for (const { version } of dropping.dropped) logEvent(log, 'registry.dropped', { version, by: operator });
  // Else the room would be of use to others only once the server thinks of it.
  if (dropping.dropped.length > 0) await database.sql`vacuum registry_block`;
  return dropping;
}

interface Choice {
  readonly toDrop: readonly RegistryVersion[];
  readonly kept: Dropping['kept'];
}

async function choose(sql: Transaction, choice: DropChoice): Promise<Choice> {
  const all = await readRegistryVersions(sql);
  const closing = await sql<{ id: number }[]>`select id from wave where state = 'closing'`;
  const underWay = new Set(closing.map(({ id }) => id));
  const whyOf = (version: RegistryVersion) => whyNeeded(version, underWay);
  if ('versions' in choice) return { toDrop: named(all, choice.versions, whyOf), kept: [] };
  const old = all.filter(({ state, as_of }) => state !== 'dropped' && as_of < choice.olderThan);
  return {
    toDrop: old.filter((each) => whyOf(each) === undefined),
    kept: old.flatMap((each) => {
      const why = whyOf(each);
      return why === undefined ? [] : [{ version: each.version, why }];
    }),
  };
}

function whyNeeded({ state, waves }: RegistryVersion, underWay: ReadonlySet<number>): string | undefined {
  if (state === 'in_force') return 'it is the newest snapshot, which waves are matched with';
  const needing = waves.filter((wave) => underWay.has(wave));
  if (needing.length === 0) return undefined;
  return `${needing.map((wave) => `wave ${wave}`).join(', ')} is held against it, and under way`;
}

/** @throws as `dropRegistryVersions` does, of all of them. */
function named(
  all: readonly RegistryVersion[],
  numbers: readonly number[],
  whyOf: (version: RegistryVersion) => string | undefined,
): readonly RegistryVersion[] {
  const asked = new Set(numbers);
  const found = all.filter(({ version }) => asked.has(version));
  const unknown = [...asked].filter((number) => !found.some(({ version }) => version === number));
  if (unknown.length > 0) {
    const what = `there is no version ${unknown.join(', ')} of the registry`;
    throw new GelombangError('INPUT_REFUSED', what, {
      next: 'Look at all of them with: gelombang registry versions',
    });
  }
  const faults = found.flatMap((version): Fault[] => {
    const { dropped_at: at, dropped_by: by } = version;
    const what = at === null ? whyOf(version) : `it was dropped at ${at} by ${by}`;
    return what === undefined ? [] : [{ where: `version ${version.version}`, what }];
  });
  if (faults.length === 0) return found;
  throw new GelombangError('CONFLICT', 'versions of the registry cannot be dropped, and none was', {
    faults,
    next: 'Look at all of them with: gelombang registry versions',
  });
}

async function drop(
  sql: Transaction,
  { version, kind, as_of, people, file }: RegistryVersion,
  operator: string,
): Promise<DroppedVersion> {
  const [gone] = await sql<{ blocks: number; bytes: number }[]>`
    with gone as (delete from registry_block where snapshot_id = ${version} returning octet_length(columns) as bytes)
    select count(*)::int as blocks, coalesce(sum(bytes), 0)::float8 as bytes from gone`;
  await sql`update registry_snapshot set dropped_at = now(), dropped_by = ${operator} where id = ${version}`;
  return { version, kind, as_of, people, file, blocks: gone?.blocks ?? 0, bytes: gone?.bytes ?? 0 };
}
