/** select: the household cap, then the rank of every candidate in draw order. */
import { one } from '../db/rows.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';

export const select: Stage = {
  plan: async (sql) => {
    await sql`analyze draw (wave_id, registration_no)`;
    return WHOLE;
  },
  work: rankCandidates,
};

/** Draw order: tier, draw, registration number. Of a household, the first `slots` in that order are candidates. */
async function rankCandidates({ sql, wave }: StepContext): Promise<StepResult> {
  await sql`delete from candidate where wave_id = ${wave.id}`;
  const { candidates, digest } = await one(
    sql<{ candidates: number; digest: string }[]>`
      with ordered as (
        select registration_no, tier, draw, slots,
          row_number() over (partition by household order by tier, draw, registration_no) as place
        from pool join draw using (wave_id, registration_no) where wave_id = ${wave.id}
      ), written as (
        insert into candidate (wave_id, registration_no, rank)
        select ${wave.id}, registration_no, row_number() over (order by tier, draw, registration_no)
        from ordered where place <= slots
        returning *
      )
      select count(*)::int as candidates, coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the candidates written',
  );
  return { counts: { candidates }, digest };
}
