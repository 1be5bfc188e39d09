/** filter: every reason against each application of a part, and the tier of those that have none. */
import { one } from '../db/rows.ts';
import { listsOf } from '../wave/references.ts';
import {
  inPart,
  rangesOfApplications,
  type Stage,
  type StepContext,
  type StepResult,
} from '../wave/stage.ts';
import { listAlias, reasonsExpression, tierExpression } from './rules.ts';

export const filter: Stage = {
  plan: async (sql, wave) => {
    await sql`analyze match_result (wave_id, registration_no)`;
    return rangesOfApplications(sql, wave);
  },
  work: filterPart,
};

async function filterPart({ sql, wave, part }: StepContext): Promise<StepResult> {
  const lists = await listsOf(sql, wave.id);
  // postgres.js would send an empty array as a value.
  const onLists = [...lists].map(([name, id]) => {
    const alias = sql(listAlias(lists, name));
    return sql`left join list_entry ${alias} on ${alias}.list_id = ${id} and ${alias}.nik = a.nik`;
  });
  await sql`delete from filter_result a where ${inPart(sql, wave, part)}`;
  const { applications, eligible, digest } = await one(
    sql<{ applications: number; eligible: number; digest: string }[]>`
      with judged as (
        select a.registration_no, ${reasonsExpression(sql, wave, lists)} as reasons,
          ${tierExpression(sql, wave.policy, lists)} as tier
        from application a
          join match_result m on m.wave_id = a.wave_id and m.registration_no = a.registration_no
          left join duplicate_nik twin on twin.wave_id = a.wave_id and twin.registration_no = a.registration_no
          ${onLists.length === 0 ? sql`` : onLists}
        where ${inPart(sql, wave, part)}
      ), written as (
        insert into filter_result (wave_id, registration_no, reasons, tier)
        select ${wave.id}, registration_no, reasons, case when cardinality(reasons) = 0 then tier end from judged
        returning *
      )
      select count(*)::int as applications, count(tier)::int as eligible,
        coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the reasons written',
  );
  return { counts: { applications, eligible }, digest };
}
