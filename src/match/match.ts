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
  await writeSimilarities(sql, wave, await writeMatches(sql, wave, part));
  const { applications, found, digest } = await one(
    sql<{ applications: number; found: number; digest: string }[]>`
      select count(*)::int as applications, count(*) filter (where found)::int as found,
        coalesce(sum(hash_record_extended(a, 0)), 0)::text as digest
      from match_result a where ${inPart(sql, wave, part)}`,
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
 * Writes the part's matches, similarity 100 for everyone, and gives the pairs of names for which that is not sure: the
 * registry is looked into once. Names of which nothing may be left after cleaning are given even when they are the
 * same: two empty names are 0 percent similar.
 */
async function writeMatches(sql: Transaction, wave: Wave, part: PartBounds): Promise<readonly NamePair[]> {
  return sql<NamePair[]>`
    with joined as materialized (
      select a.registration_no, a.full_name as given, person.full_name as registered, person.status,
        person.nik is not null as found, person.kk = a.kk as kk_matches,
        person.birth_date = a.birth_date as birth_date_matches
      from application a
        left join registry person on person.snapshot_id = ${wave.snapshotId} and person.nik = a.nik
      where ${inPart(sql, wave, part)}
    ), written as (
      insert into match_result
        (wave_id, registration_no, found, status, kk_matches, name_similarity, birth_date_matches)
      select ${wave.id}, registration_no, found, status, kk_matches, case when found then 100 end, birth_date_matches
      from joined
    )
    select registration_no as "registrationNo", given, registered from joined
    where given <> registered or (found and given !~ '[A-Za-z0-9]')`;
}

async function writeSimilarities(sql: Transaction, wave: Wave, pairs: readonly NamePair[]): Promise<void> {
  const similarities = pairs
    .map(({ registrationNo, given, registered }) => ({
      r: registrationNo,
      s: nameSimilarity(given, registered),
    }))
    .filter(({ s }) => s < 100);
  await sql`
    update match_result set name_similarity = compared.s
    from jsonb_to_recordset(${JSON.stringify(similarities)}::jsonb) as compared (r text, s smallint)
    where match_result.wave_id = ${wave.id} and match_result.registration_no = compared.r`;
}
