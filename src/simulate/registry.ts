/** The registry that a wave is held against when it is played again: that of its close, or the newest there is. */
import type { Queryable } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import { type MatchSource, matchSourceOf, type Policy } from '../policy/policy.ts';
import type { Wave } from '../wave/record.ts';
import type { WaveData } from './references.ts';

/** A registry snapshot, a file of answers or a version of a list, and whether the wave was closed with it. */
export interface UsedReference {
  readonly id: number;
  readonly file: string;
  readonly imported_at: string;
  readonly as_closed: boolean;
}

type UsedSnapshot = UsedReference & { readonly as_of: string };

export type UsedRegistry =
  | ({ readonly source: 'snapshot' } & UsedSnapshot)
  | {
      readonly source: 'exchange';
      readonly as_closed: boolean;
      /** The last file of answers that is known; null where there is none. */
      readonly answers: UsedSnapshot | null;
    }
  | {
      readonly source: 'dukcapil';
      readonly as_closed: boolean;
      /** The last answer that is known, by its number; 0 where there is none. */
      readonly last_answer: number;
      /** By which it is known where past recipients live now. */
      readonly snapshot: UsedSnapshot | null;
    };

/** What of a wave says which registry it is held against. */
export interface RegistryHeld extends Pick<Wave, 'snapshotId' | 'lastAnswer'> {
  readonly used: UsedRegistry;
}

/** @returns A fault where there is nothing of what the policy's source needs, or not any more. */
export async function registryFor(
  sql: Queryable,
  wave: Wave,
  policy: Policy,
  data: WaveData,
): Promise<RegistryHeld | Fault> {
  const source = matchSourceOf(policy);
  const isOwn = data === 'frozen' && source === matchSourceOf(wave.policy);
  const snapshotId = isOwn ? wave.snapshotId : await newestVersion(sql, wave, source, data);
  const asksService = source === 'dukcapil';
  const lastAnswer = isOwn || !asksService ? wave.lastAnswer : await newestAnswer(sql);
  // What the wave itself had none of, it does without again.
  if (!isOwn && (asksService ? lastAnswer === 0 : snapshotId === null)) return NOTHING[source];
  const dropped = await droppedOf(sql, wave, source, snapshotId);
  if (dropped !== undefined) return dropped;
  const snapshot = snapshotId === null ? null : await readSnapshot(sql, wave, snapshotId);
  return { snapshotId, lastAnswer, used: usedRegistry(source, wave, snapshot, lastAnswer) };
}

function usedRegistry(
  source: MatchSource,
  wave: Wave,
  snapshot: UsedSnapshot | null,
  lastAnswer: number | null,
): UsedRegistry {
  const as_closed =
    source === matchSourceOf(wave.policy) &&
    (snapshot?.id ?? null) === wave.snapshotId &&
    lastAnswer === wave.lastAnswer;
  if (source === 'dukcapil') return { source, as_closed, last_answer: lastAnswer ?? 0, snapshot };
  if (source === 'exchange') return { source, as_closed, answers: snapshot };
  if (snapshot === null)
    throw new GelombangError('UNEXPECTED', `wave ${wave.id} was closed with no snapshot`);
  return { source, ...snapshot };
}

const NOTHING: Readonly<Record<MatchSource, Fault>> = {
  snapshot: {
    where: 'registry',
    what: 'no snapshot was imported, or none is left',
    hint: 'gelombang import registry FILE',
  },
  dukcapil: {
    where: 'registry',
    what: "Dukcapil's web service has answered nothing yet",
    hint: 'It is asked when a wave is closed whose policy says so.',
  },
  exchange: {
    where: 'registry',
    what: 'no file of answers has come in',
    hint: 'gelombang registry answer FILE',
  },
};

/**
 * Of whole snapshots, or of files of answers, the newest; for frozen data the newest of those that were there when the wave
 * was closed, if one was and is there still.
 */
async function newestVersion(
  sql: Queryable,
  wave: Wave,
  source: MatchSource,
  data: WaveData,
): Promise<number | null> {
  const found = await maybeOne(
    sql<{ id: number }[]>`
      select id from registry_snapshot
      where kind = ${source === 'exchange' ? 'answers' : 'whole'} and dropped_at is null
      order by ${data === 'frozen'}::boolean and imported_at <=
        (select started_at from run where wave_id = ${wave.id}) desc, id desc limit 1`,
    'the newest version of the registry',
  );
  return found?.id ?? null;
}

async function newestAnswer(sql: Queryable): Promise<number> {
  const { last } = await one(
    sql<{ last: number }[]>`
      select coalesce(pg_sequence_last_value(pg_get_serial_sequence('answer', 'id')), 0)::float8 as last`,
    'the last answer',
  );
  return last;
}

/** A version that the wave was closed with, and whose people are gone: it would come out as if nobody were registered. */
async function droppedOf(
  sql: Queryable,
  { id }: Wave,
  source: MatchSource,
  snapshotId: number | null,
): Promise<Fault | undefined> {
  const isKnown =
    source === 'exchange'
      ? sql`kind = 'answers' and id <= ${snapshotId}
          and dropped_at > (select started_at from run where wave_id = ${id})`
      : sql`id = ${snapshotId} and dropped_at is not null`;
  const found = await maybeOne(
    sql<{ id: number; droppedAt: string; droppedBy: string }[]>`
      select id, dropped_at as "droppedAt", dropped_by as "droppedBy" from registry_snapshot
      where ${isKnown} order by id desc limit 1`,
    'the version that was dropped',
  );
  if (found === undefined) return undefined;
  const day = isoTime(found.droppedAt).slice(0, 10);
  return {
    where: 'registry',
    what: `version ${found.id}, which it was closed with, was dropped on ${day} by ${found.droppedBy}`,
    hint: 'With --wave-data current the newest is used.',
  };
}

async function readSnapshot(sql: Queryable, wave: Wave, snapshotId: number): Promise<UsedSnapshot> {
  const found = await one(
    sql<Omit<UsedSnapshot, 'as_closed'>[]>`
      select snapshot.id, snapshot.as_of::text as as_of, file.file_name as file, snapshot.imported_at
      from registry_snapshot snapshot join import_file file on file.id = snapshot.import_id
      where snapshot.id = ${snapshotId}`,
    'the version of the registry',
  );
  return { ...found, imported_at: isoTime(found.imported_at), as_closed: wave.snapshotId === snapshotId };
}
