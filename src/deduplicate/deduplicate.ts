/** deduplicate: of several applications with one NIK, all but the one that joined first. */
import { one } from '../db/rows.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';

export const deduplicate: Stage = {
  plan: async (sql) => {
    // Planned right after the imports: what follows is planned by these figures.
    await sql`analyze application (wave_id, registration_no, nik, kk)`;
    return WHOLE;
  },
  work: findDuplicates,
};

/** Joined earlier stands; at equal times the smaller registration number. */
async function findDuplicates({ sql, wave }: StepContext): Promise<StepResult> {
  await sql`delete from duplicate_nik where wave_id = ${wave.id}`;
  const { duplicates, digest } = await one(
    sql<{ duplicates: number; digest: string }[]>`
      with shared as (
        select nik from application where wave_id = ${wave.id} group by nik having count(*) > 1
      ), ordered as (
        select registration_no, row_number() over (partition by nik order by joined_at, registration_no) as place
        from application join shared using (nik) where wave_id = ${wave.id}
      ), written as (
        insert into duplicate_nik (wave_id, registration_no)
        select ${wave.id}, registration_no from ordered where place > 1 returning *
      )
      select count(*)::int as duplicates, coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the duplicates found',
  );
  return { counts: { duplicates }, digest };
}
