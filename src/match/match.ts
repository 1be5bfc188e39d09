/** match: holds each application of a part against the registry snapshot of the wave. */
import type { Queryable, Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { nikWarnings, type Sex } from '../identity/nik.ts';
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
  await writeFindings(sql, wave, await writeMatches(sql, wave, part));
  const { applications, found, warnings, digest } = await one(
    sql<{ applications: number; found: number; warnings: number; digest: string }[]>`
      select count(*)::int as applications, count(*) filter (where found)::int as found,
        count(*) filter (where nik_warnings <> '{}')::int as warnings,
        coalesce(sum(hash_record_extended(a, 0)), 0)::text as digest
      from match_result a where ${inPart(sql, wave, part)}`,
    'the matches written',
  );
  return { counts: { applications, found, warnings }, digest };
}

/** An application at which there is something to look closer at. */
interface Doubtful {
  readonly registrationNo: string;
  readonly nik: string;
  readonly birthDate: string;
  readonly sex: Sex;
  readonly given: string;
  /** Null where the registry does not have the NIK. */
  readonly registered: string | null;
}

/**
 * Writes the part's matches as if every name were the same and every NIK told what was given, and gives the
 * applications for which that is not sure: the registry is looked into once. Names of which nothing may be left after
 * cleaning are given even when they are the same: two empty names are 0 percent similar.
 */
async function writeMatches(sql: Transaction, wave: Wave, part: PartBounds): Promise<readonly Doubtful[]> {
  return sql<Doubtful[]>`
    with joined as materialized (
      select a.registration_no, a.nik, a.birth_date, a.sex, a.full_name as given, person.full_name as registered,
        person.status, person.nik is not null as found, person.kk = a.kk as kk_matches,
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
    select registration_no as "registrationNo", nik, birth_date::text as "birthDate", sex, given, registered from joined
    where given <> registered or (found and given !~ '[A-Za-z0-9]') or ${digitsDiffer(sql)}`;
}

/** Day (a woman's plus 40), month and year of birth are the 7th to 12th digit; the serial number is not 0000. */
function digitsDiffer(sql: Queryable) {
  return sql`(substr(nik, 7, 6) <> to_char(extract(day from birth_date) + case sex when 'P' then 40 else 0 end, 'FM00')
    || to_char(birth_date, 'MMYY') or substr(nik, 13) = '0000')`;
}

async function writeFindings(sql: Transaction, wave: Wave, doubtful: readonly Doubtful[]): Promise<void> {
  const findings = doubtful
    .map(({ registrationNo, nik, birthDate, sex, given, registered }) => ({
      registration_no: registrationNo,
      similarity: registered === null ? null : nameSimilarity(given, registered),
      warnings: nikWarnings(nik, birthDate, sex),
    }))
    .filter(({ similarity, warnings }) => (similarity ?? 100) < 100 || warnings.length > 0);
  await sql`
    update match_result set name_similarity = finding.similarity, nik_warnings = finding.warnings
    from jsonb_to_recordset(${JSON.stringify(findings)}::jsonb)
      as finding (registration_no text, similarity smallint, warnings text[])
    where match_result.wave_id = ${wave.id} and match_result.registration_no = finding.registration_no`;
}
