/** draw: with the pool frozen, the entropy is taken in, and each member of the pool gets its tickets' hashes. */
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { seedOf } from '../proof/seed.ts';
import { entropyOf, type Wave } from '../wave/record.ts';
import {
  inPart,
  rangesOfApplications,
  type Stage,
  type StepContext,
  type StepResult,
} from '../wave/stage.ts';

export const draw: Stage = {
  /** Once a wave, and before any ticket: the seed is made here, of a root that can no longer change. */
  plan: async (sql, wave) => {
    await sql`update wave set seed = ${seedOf(frozenRoot(wave), await entropyOf(sql, wave))} where id = ${wave.id}`;
    await sql`analyze pool (wave_id, registration_no)`;
    return rangesOfApplications(sql, wave);
  },
  work: drawPart,
};

function frozenRoot(wave: Wave): string {
  if (wave.poolRoot === null)
    throw new GelombangError('UNEXPECTED', `the pool of wave ${wave.id} is not frozen`);
  return wave.poolRoot;
}

async function drawPart({ sql, wave, part }: StepContext): Promise<StepResult> {
  await sql`delete from draw a where ${inPart(sql, wave, part)}`;
  const { tickets, digest } = await one(
    sql<{ tickets: number; digest: string }[]>`
      with written as (
        insert into draw (wave_id, registration_no, draw)
        select a.wave_id, a.registration_no,
          sha256(convert_to(${wave.seed} || ':' || a.registration_no || ':1', 'UTF8'))
        from pool a where ${inPart(sql, wave, part)}
        returning *
      )
      select count(*)::int as tickets, coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the draws written',
  );
  return { counts: { tickets }, digest };
}
