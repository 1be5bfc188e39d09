/** match: holds each application of a part against the registry snapshot of the wave. */
import type { Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
import type { Wave } from '../wave/record.ts';
import {
  inPart,
  type PartBounds,
  rangesOfApplications,
  type Stage,
  type StepContext,
  type StepResult,
} from '../wave/stage.ts';
import { nameSimilarity } from './name.ts';

export const match: Stage = { plan: rangesOfApplications, work: matchPart };

async function matchPart({ sql, wave, part }: StepContext): Promise<StepResult> {
  await sql`delete from match_result a where ${inPart(sql, wave, part)}`;
  const similarities = JSON.stringify(await compareNames(sql, wave, part));
  const { applications, found, digest } = await one(
    sql<{ applications: number; found: number; digest: string }[]>`
      with compared as (
        select r, s from jsonb_to_recordset(${similarities}::jsonb) as compared (r text, s smallint)
      ), written as (
        insert into match_result
          (wave_id, registration_no, found, status, kk_matches, name_similarity, birth_date_matches)
        select a.wave_id, a.registration_no, person.nik is not null, person.status, person.kk = a.kk,
          case when person.nik is not null then coalesce(compared.s, 100) end, person.birth_date = a.birth_date
        from application a
          left join registry person on person.snapshot_id = ${wave.snapshotId} and person.nik = a.nik
          left join compared on compared.r = a.registration_no
        where ${inPart(sql, wave, part)}
        returning *
      )
      select count(*)::int as applications, count(*) filter (where found)::int as found,
        coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the matches written',
  );
  return { counts: { applications, found }, digest };
}

interface NamePair {
  registrationNo: string;
  given: string;
  registered: string;
}

/**
 * Similarity of the names that are not the same to the letter, in percent. Names of which nothing may be left after
 * cleaning are looked at even when they are the same: two empty names are 0 percent similar.
 */
async function compareNames(
  sql: Transaction,
  wave: Wave,
  part: PartBounds,
): Promise<{ r: string; s: number }[]> {
  const pairs = await sql<NamePair[]>`
    select a.registration_no as "registrationNo", a.full_name as given, person.full_name as registered
    from application a join registry person on person.snapshot_id = ${wave.snapshotId} and person.nik = a.nik
    where ${inPart(sql, wave, part)}
      and (a.full_name <> person.full_name or a.full_name !~ '[A-Za-z0-9]')`;
  return pairs.map((pair) => ({ r: pair.registrationNo, s: nameSimilarity(pair.given, pair.registered) }));
}
