/** The statements that close a wave in DuckDB, in order: rows and rejects, verdicts, the draw, the files. */
import type { Policy, Predicate } from '../src/policy/policy.ts';
import { simplePredicates } from '../src/policy/predicates.ts';
import { seatsByRegion } from '../src/proof/seats.ts';
import { sortOutRows, TIMES } from './peer-faults.ts';
import { text, textList } from './sql-text.ts';

export interface PeerInput {
  /** The folder with registry.csv, applicants.csv, recipients.csv and a file for each list. */
  readonly folder: string;
  readonly out: string;
  readonly policy: Policy;
  /** 64 hex digits. */
  readonly seed: string;
}

const MACROS = [
  // Sixteen characters are sixteen digits, or wrong: the expression is for the few others.
  `create macro digits_of(given) as
    case when strlen(given) = 16 then given else regexp_replace(given, '[ .\\-]|^''', '', 'g') end`,
  `create macro spelling(name) as trim(regexp_replace(
    regexp_replace(upper(strip_accents(name)), '[^\\p{L}\\p{N} ]', '', 'g'), ' +', ' ', 'g'))`,
  `create macro likeness(one, other) as 100 * (greatest(length(one), length(other)) - levenshtein(one, other))
    // greatest(length(one), length(other), 1)`,
  'create macro as_number(day) as year(day) * 10000 + month(day) * 100 + day(day)',
] as const;

function rowsOf(folder: string, name: string): string {
  return `read_csv(${text(`${folder}/${name}.csv`)}, header = true, all_varchar = true)`;
}

/** The registry is there long before a wave closes: loaded by itself, off the clock. */
export function loadRegistry({ folder }: Pick<PeerInput, 'folder'>): string {
  return `create table registry as
    select nik, kk, full_name, birth_date::date as birth_date, status from ${rowsOf(folder, 'registry')}`;
}

/** All that is done while the clock runs. */
export function waveStatements(input: PeerInput): readonly string[] {
  return [
    ...MACROS,
    ...readFiles(input),
    ...sortOutRows(),
    ...judge(input.policy),
    ...draw(input),
    ...write(input),
  ];
}

/** Of the applicants in the order of the file, so that the row's line is its rowid + 2. */
function readFiles({ folder, policy }: PeerInput): readonly string[] {
  return [
    `create table given as
      select * exclude (email, phone, education) replace (digits_of(nik) as nik, digits_of(kk) as kk)
      from ${rowsOf(folder, 'applicants')}`,
    `create table recipient as select nik, kk from ${rowsOf(folder, 'recipients')}`,
    ...[...policy.deny_lists, ...preferredLists(policy)].map(
      (list) => `create table "list ${list}" as select distinct nik from ${rowsOf(folder, list)}`,
    ),
  ];
}

function judge(policy: Policy): readonly string[] {
  return [
    `create table duplicate as
      with repeated as (select nik from application group by nik having count(*) > 1)
      select registration_no from application semi join repeated using (nik)
      qualify row_number() over (partition by nik order by joined_at, registration_no) > 1`,
    `create table verdict as
      select a.registration_no, a.nik, a.kk, a.regency_code[:2] as region,
        concat_ws('|', ${reasons(policy).join(',\n')}) as reasons,
        ${tier(policy)} as tier
      from application a left join registry r on r.nik = a.nik`,
  ];
}

/** Each a code, or null; in the order in which they are written. */
function reasons({ as_of, match, age, barred_occupations, layers, deny_lists }: Policy): readonly string[] {
  const when = (condition: string, code: string) => `case when ${condition} then ${text(code)} end`;
  const given = `as_number(a.birth_date)`;
  return [
    when('a.registration_no in (from duplicate)', 'DUPLICATE_NIK'),
    when('r.nik is null', 'NIK_NOT_FOUND'),
    ...['INACTIVE', 'DECEASED', 'DUPLICATE'].map((status) => when(`r.status = '${status}'`, `NIK_${status}`)),
    when('r.kk <> a.kk', 'KK_MISMATCH'),
    when(
      `a.full_name <> r.full_name and likeness(spelling(a.full_name), spelling(r.full_name)) < ${match.name}`,
      'NAME_MISMATCH',
    ),
    when('r.birth_date <> a.birth_date', 'BIRTH_DATE_MISMATCH'),
    when(
      `(as_number(date '${as_of}') - ${given}) // 10000 not between ${age.min} and ${age.max}`,
      'AGE_OUT_OF_RANGE',
    ),
    when(`a.in_school = 'true'`, 'IN_SCHOOL'),
    when(`a.occupation in (${textList(barred_occupations)})`, 'OCCUPATION_BARRED'),
    ...layers.map((layer) =>
      when(
        `${TIMES[layer]} is null`,
        layer === 'test' ? 'TEST_NOT_TAKEN' : `${layer.toUpperCase()}_UNVERIFIED`,
      ),
    ),
    ...[...deny_lists].sort().map((list) => when(`a.nik in (from "list ${list}")`, `ON_LIST:${list}`)),
    when('a.nik in (select nik from recipient)', 'PAST_RECIPIENT'),
  ];
}

function preferredLists({ priority }: Policy): readonly string[] {
  return priority.flatMap(simplePredicates).flatMap((entry) => ('list' in entry ? [entry.list] : []));
}

function tier({ priority, as_of }: Policy): string {
  const cases = priority.map((entry, place) => `when ${condition(entry, as_of)} then ${place}`);
  return cases.length === 0 ? '0' : `case ${cases.join(' ')} else ${priority.length} end`;
}

function condition(predicate: Predicate, asOf: string): string {
  const joined = (inner: readonly Predicate[], word: string) =>
    `(${inner.map((one) => condition(one, asOf)).join(` ${word} `)})`;
  if ('all' in predicate) return joined(predicate.all, 'and');
  if ('any' in predicate) return joined(predicate.any, 'or');
  if ('not' in predicate) return `not ${condition(predicate.not, asOf)}`;
  if ('list' in predicate) return `a.nik in (from "list ${predicate.list}")`;
  if ('disability' in predicate) return `a.disability = '${predicate.disability}'`;
  if ('employment_status' in predicate)
    return `a.employment_status in (${textList(predicate.employment_status)})`;
  if ('region' in predicate) {
    const codes = textList(predicate.region);
    return `(a.regency_code in (${codes}) or a.regency_code[1:2] in (${codes}))`;
  }
  throw new TypeError(`the peer has no condition on ${Object.keys(predicate).join()}`);
}

/** A past recipient counts for the household of then and for that of now. */
function draw({ policy, seed }: PeerInput): readonly string[] {
  return [
    `create table taken as
      select kk, count(*) as places from (
        from recipient union select nik, registry.kk from registry semi join recipient using (nik)
      ) group by kk`,
    `create table pool as
      select registration_no, kk, region, tier, sha256('${seed}:' || registration_no || ':1') as draw,
        greatest(0, ${policy.household_cap} - coalesce(places, 0)) as slots
      from verdict left join taken using (kk) where reasons = ''`,
    `create table candidate as
      select registration_no, row_number() over (order by tier, draw, registration_no) as rank
      from (from pool qualify row_number() over (partition by kk order by tier, draw, registration_no) <= slots)`,
    ...seats(policy),
    `create view result as
      select registration_no, nik[:6] || '******' || nik[13:] as nik,
        case when reasons <> '' then 'INELIGIBLE' when rank is null then 'HOUSEHOLD_CAP' else ${outcome(policy)} end
          as outcome,
        nullif(reasons, '') as reasons, case when reasons = '' then tier end as tier, rank
      from verdict left join candidate using (registration_no)
        ${hasRegions(policy) ? 'left join seated using (rank)' : ''}`,
  ];
}

function hasRegions({ regions, quota }: Policy): boolean {
  return seatsByRegion(regions, quota).size > 0;
}

/** Where provinces have seats of their own: who gets one, and in which order the others come after them. */
function seats(policy: Policy): readonly string[] {
  if (!hasRegions(policy)) return [];
  const own = [...seatsByRegion(policy.regions, policy.quota)].map(
    ([code, count]) => `('${code}', ${count})`,
  );
  return [
    `create table own (region, seats) as from (values ${own.join(', ')})`,
    `create table seated as
      select rank, is_own, case when not is_own then row_number() over (partition by is_own order by rank) end as other
      from (
        select rank, coalesce(row_number() over (partition by verdict.region order by rank) <= own.seats, false) as is_own
        from candidate join verdict using (registration_no) left join own on own.region = verdict.region)`,
    `create table open as select ${policy.quota} - count(*) as seats from seated where is_own`,
  ];
}

function outcome(policy: Policy): string {
  const { quota, reserve } = policy;
  const [own, place, open] = hasRegions(policy)
    ? ['is_own', 'other', '(select seats from open)']
    : ['false', 'rank', String(quota)];
  return `case when ${own} or ${place} <= ${open} then 'ACCEPTED'
    when ${place} <= ${open} + ${reserve} then 'RESERVE' else 'NOT_DRAWN' end`;
}

function write({ out }: PeerInput): readonly string[] {
  const file = (name: string, query: string) => `copy (${query}) to ${text(`${out}/${name}.csv`)} (header)`;
  return [
    file('results', 'from result order by registration_no'),
    file('accepted', `from result where outcome = 'ACCEPTED' order by rank`),
    file(
      'pool',
      `select registration_no, tier, 1 as tickets, sha256(kk)[:16] as household, slots, region from pool
        order by registration_no`,
    ),
    file(
      'rejects',
      `select line, registration_no, "column", code, 'the value is not of the form that the column needs' as message
        from fault order by line, place`,
    ),
  ];
}
