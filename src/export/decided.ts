/** How many people decided where it matters: that it was two is for everyone to see, who they are is not. */
import { approvalFor, useApproval } from '../approval/by-two.ts';
import type { Matter } from '../approval/matter.ts';
import { readRequests } from '../approval/request.ts';
import type { Queryable } from '../db/database.ts';
import type { Wave } from '../wave/record.ts';

type Deciders = 'one' | 'two' | null;

/** Null for what nobody had to decide. */
export interface DecidedBy {
  /** That it is published although the registry gave no answer on some applications. */
  readonly unverified: Deciders;
  /** That it is published although its review raised an alarm. */
  readonly review: Deciders;
  readonly void: Deciders;
  /** That this export has whole NIKs. */
  readonly unmasked: Deciders;
}

interface Exporting {
  readonly waveId: number;
  readonly unmasked: boolean;
  readonly operator?: string;
}

/** @throws as the database does, where whole NIKs take two people and nobody has approved it. */
export async function decidedBy(sql: Queryable, wave: Wave, exporting: Exporting): Promise<DecidedBy> {
  const requests = await readRequests(sql, { all: true, wave: wave.id });
  const used = new Set(requests.filter(({ state }) => state === 'used').map(({ action }) => action));
  const by = (action: Matter['action'], isDecided: boolean): Deciders => {
    if (!isDecided) return null;
    return used.has(action) ? 'two' : 'one';
  };
  const { operator = '', unmasked } = exporting;
  return {
    unverified: by('wave.close.unverified', wave.unverifiedBy !== null),
    review: by('review.approve', await isApproved(sql, wave.id)),
    void: by('wave.void', wave.voided !== null),
    unmasked: unmasked ? await approvalFor(sql, unmaskedExport(wave.id), operator) : null,
  };
}

/** Uses up what was approved. @throws as the database does. */
export async function useUnmasked(
  sql: Queryable,
  { waveId, unmasked, operator = '' }: Exporting,
): Promise<void> {
  if (unmasked) await useApproval(sql, unmaskedExport(waveId), operator);
}

/** What is asked for where whole NIKs are. */
function unmaskedExport(waveId: number): Matter {
  return { action: 'export.unmasked', subject: { wave: waveId } };
}

async function isApproved(sql: Queryable, waveId: number): Promise<boolean> {
  const found = await sql`select 1 from review where wave_id = ${waveId} and approved_at is not null`;
  return found.length > 0;
}
