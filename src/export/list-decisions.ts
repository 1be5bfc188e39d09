/** What was decided on versions of a wave's lists that were held: for everyone to see, but by whom. */
import type { Queryable } from '../db/database.ts';
import { isoTime } from '../db/time.ts';
import type { ListDecision } from '../wave/lists.ts';
import { suspicionIn } from '../wave/lists-suspicion.ts';
import type { Wave } from '../wave/record.ts';

interface PublishedDecision {
  readonly version: number;
  /** Without the figures of other waves. */
  readonly held_for: string;
  readonly decision: ListDecision;
  readonly decided_at: string;
  /** How many people. */
  readonly decided_by: 'one' | 'two';
}

export type DecisionsByList = ReadonlyMap<string, readonly PublishedDecision[]>;

/**
 * Of all versions, until the freeze: one that was released is what the next is compared with, and one that was discarded
 * would have been in force.
 */
export async function listDecisions(sql: Queryable, { id }: Wave): Promise<DecisionsByList> {
  const found = await sql<(PublishedDecision & { readonly name: string })[]>`
    select list.name, list.id as version, list.held_for, list.decision, list.decided_at,
      case when exists (select from request where used_at is not null
          and action = case list.decision when 'released' then 'list.release' else 'list.discard' end
          and subject::jsonb = jsonb_build_object('version', list.id))
        then 'two' else 'one' end as decided_by
    from wave
      join wave_list on wave_list.wave_id = wave.id
      join list used on used.id = wave_list.list_id
      join list on list.name = used.name and list.decided_at <= wave.frozen_at
    where wave.id = ${id} order by list.id`;
  const decisions = new Map<string, PublishedDecision[]>();
  for (const { name, ...each } of found) {
    const before = decisions.get(name) ?? [];
    const held_for = suspicionIn(id, each.held_for);
    decisions.set(name, [...before, { ...each, held_for, decided_at: isoTime(each.decided_at) }]);
  }
  return decisions;
}
