/** What a wave is held against when it is played again: what it was closed with, or what is known now. */
import type { Queryable } from '../db/database.ts';
import { maybeOne, one } from '../db/rows.ts';
import { isoTime } from '../db/time.ts';
import { type Fault, GelombangError } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';
import { listsNamed, type NamedList } from '../policy/predicates.ts';
import type { Wave } from '../wave/record.ts';
import { registryFor, type UsedReference, type UsedRegistry } from './registry.ts';

/** What was there when the wave was closed, or what is there now. */
export type WaveData = 'frozen' | 'current';

export interface UsedReferences {
  readonly registry: UsedRegistry;
  readonly lists: readonly (UsedReference & { readonly name: string; readonly kind: string })[];
}

/** Of a wave, what it is held against. */
export type HeldAgainst = Pick<
  Wave,
  'snapshotId' | 'lastAnswer' | 'lastRecipient' | 'earlierWaves' | 'voidWaves' | 'lists'
>;

export interface ReplayReferences {
  readonly against: HeldAgainst;
  readonly used: UsedReferences;
}

/**
 * @throws GelombangError INPUT_REFUSED with every list of the policy that is missing, or of another kind than it means; and
 * where there is nothing of the registry that its source needs.
 */
export async function referencesFor(
  sql: Queryable,
  wave: Wave,
  policy: Policy,
  data: WaveData,
): Promise<ReplayReferences> {
  const lists: FoundList[] = [];
  const faults: Fault[] = [];
  for (const named of listsNamed(policy)) {
    const found = await findList(sql, wave, named.name, data);
    const fault = faultOf(named, found);
    if (fault !== undefined) faults.push(fault);
    else if (found !== undefined) lists.push(found);
  }
  const registry = await registryFor(sql, wave, policy, data);
  if ('where' in registry) throw cannot(wave, [registry, ...faults]);
  if (faults.length > 0) throw cannot(wave, faults);
  const { lastRecipient, earlierWaves, voidWaves } = data === 'frozen' ? wave : await knownNow(sql, wave);
  const { snapshotId, lastAnswer, used } = registry;
  const versions = Object.fromEntries(lists.map(({ name, id }) => [name, id]));
  return {
    against: { snapshotId, lastAnswer, lastRecipient, earlierWaves, voidWaves, lists: versions },
    used: { registry: used, lists },
  };
}

function cannot(wave: Wave, faults: readonly Fault[]): GelombangError {
  return new GelombangError('INPUT_REFUSED', `wave ${wave.id} cannot be simulated: its policy needs more`, {
    concerns: { wave: wave.id },
    faults,
    next: 'Import what is missing, or leave it out of the policy.',
  });
}

type FoundList = UsedReferences['lists'][number];

/**
 * Of a list that the wave was not closed with, the newest version that was in force when it was closed; where there was
 * none then, the newest now.
 */
async function findList(
  sql: Queryable,
  wave: Wave,
  name: string,
  data: WaveData,
): Promise<FoundList | undefined> {
  const own = data === 'frozen' ? wave.lists[name] : undefined;
  const inForce = sql`list.name = ${name} and (list.held_for is null or list.decision = 'released')`;
  const found = await maybeOne(
    sql<Omit<FoundList, 'as_closed'>[]>`
      select list.id, list.name, list.kind, file.file_name as file, list.imported_at
      from list join import_file file on file.id = list.import_id
      where ${own === undefined ? inForce : sql`list.id = ${own}`}
      order by ${data === 'frozen'}::boolean and greatest(list.imported_at, list.decided_at) <=
        (select started_at from run where wave_id = ${wave.id}) desc, list.id desc limit 1`,
    `list ${name}`,
  );
  if (found === undefined) return undefined;
  return { ...found, imported_at: isoTime(found.imported_at), as_closed: wave.lists[name] === found.id };
}

function faultOf({ name, kind }: NamedList, found: FoundList | undefined): Fault | undefined {
  const where = `list ${name}`;
  const hint = `gelombang import list FILE --name ${name} --kind ${kind === 'any' ? 'deny' : kind}`;
  if (found === undefined) return { where, what: 'none of this name is in force', hint };
  if (kind === 'any' || found.kind === kind) return undefined;
  return { where, what: `it is a ${found.kind} list, and the policy means a ${kind} list` };
}

/**
 * Everybody known as a recipient but those of the wave itself: who was accepted in it would keep themselves out.
 */
async function knownNow(
  sql: Queryable,
  { id }: Wave,
): Promise<Pick<HeldAgainst, 'lastRecipient' | 'earlierWaves' | 'voidWaves'>> {
  const now = await one(
    sql<Pick<HeldAgainst, 'lastRecipient' | 'earlierWaves' | 'voidWaves'>[]>`
      select (select coalesce(max(id), 0)::float8 from recipient_block) as "lastRecipient",
        array(select id from wave where state = 'published' and id < ${id} order by id) as "earlierWaves",
        array(select id from wave where state = 'void' order by id) as "voidWaves"`,
    'what is known now',
  );
  return { ...now, voidWaves: [...now.voidWaves, id] };
}
