/**
 * The rules as SQL conditions over an application `a`, its match `m`, its earlier twin `twin` and the lists joined
 * beside them. Values of the policy are always bound, never part of a statement's text.
 */
import type { Queryable } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import type { Policy, PriorityEntry } from '../policy/policy.ts';
import { type ReasonCode, reasonCodes } from '../policy/reasons.ts';
import type { Wave } from '../wave/record.ts';

/** The versions of the lists in force: name → id. */
export type Lists = ReadonlyMap<string, number>;

/** The alias under which a list is joined: made from its id, never from its name. */
export function listAlias(lists: Lists, name: string): string {
  const id = lists.get(name);
  if (id === undefined) {
    throw new GelombangError('UNEXPECTED', `the wave was closed without a version of list ${name}`);
  }
  return `list_${id}`;
}

/** `reasons` of an application: the codes of all the rules that it fails, in the order of the rules. */
export function reasonsExpression(sql: Queryable, wave: Wave, lists: Lists) {
  const cases = reasonCodes(wave.policy).map(
    (code, index) =>
      sql`${index === 0 ? sql`` : sql`,`} case when ${fails(sql, wave, code, lists)} then ${code}::text end`,
  );
  return sql`array_remove(array[${cases}], null)`;
}

/** `tier` of an application: the index of the first entry of `priority` that it meets, else their number. */
export function tierExpression(sql: Queryable, policy: Policy, lists: Lists) {
  if (policy.priority.length === 0) return sql`0::smallint`;
  const cases = policy.priority.map(
    (entry, tier) => sql`when ${meets(sql, entry, lists)} then ${tier}::smallint`,
  );
  return sql`case ${cases} else ${policy.priority.length}::smallint end`;
}

/** The condition under which an application fails the rule of this code. */
function fails(sql: Queryable, { policy, lastRecipient }: Wave, code: ReasonCode, lists: Lists) {
  switch (code) {
    case 'DUPLICATE_NIK':
      return sql`twin.registration_no is not null`;
    case 'NIK_NOT_FOUND':
      return sql`not m.found`;
    case 'NIK_INACTIVE':
    case 'NIK_DECEASED':
    case 'NIK_DUPLICATE':
      return sql`m.status = ${code.slice('NIK_'.length)}`;
    case 'KK_MISMATCH':
      return sql`not m.kk_matches`;
    case 'NAME_MISMATCH':
      return sql`m.name_similarity < ${policy.match.name}`;
    case 'BIRTH_DATE_MISMATCH':
      return sql`not m.birth_date_matches`;
    case 'AGE_OUT_OF_RANGE':
      return ageOutOfRange(sql, policy);
    case 'IN_SCHOOL':
      return sql`a.in_school`;
    case 'OCCUPATION_BARRED':
      return sql`a.occupation in (select jsonb_array_elements_text(${JSON.stringify(policy.barred_occupations)}::jsonb))`;
    case 'EMAIL_UNVERIFIED':
      return sql`a.email_verified_at is null`;
    case 'PHONE_UNVERIFIED':
      return sql`a.phone_verified_at is null`;
    case 'SELFIE_UNVERIFIED':
      return sql`a.selfie_verified_at is null`;
    case 'TEST_NOT_TAKEN':
      return sql`a.test_taken_at is null`;
    case 'PAST_RECIPIENT':
      return sql`exists (select from recipient past
        where past.nik = a.nik and past.position <= ${lastRecipient})`;
    case 'BLOCKED':
      // No one can be blocked yet: there is nothing that a rule could look at.
      return sql`false`;
    default:
      return sql`${sql(listAlias(lists, code.slice('ON_LIST:'.length)))}.nik is not null`;
  }
}

/**
 * Full years on `as_of` outside of `min` … `max`. A year is full on the birthday; whoever was born on 29 February has
 * it on 1 March of a common year, which is what counting the years back from `as_of` gives.
 */
function ageOutOfRange(sql: Queryable, { as_of, age }: Policy) {
  return sql`(a.birth_date > (${as_of}::date - make_interval(years => ${age.min}))::date
    or a.birth_date <= (${as_of}::date - make_interval(years => ${age.max + 1}))::date)`;
}

function meets(sql: Queryable, entry: PriorityEntry, lists: Lists) {
  if ('list' in entry) return sql`${sql(listAlias(lists, entry.list))}.nik is not null`;
  if ('disability' in entry) return sql`a.disability = ${entry.disability}`;
  return sql`a.employment_status in (select jsonb_array_elements_text(${JSON.stringify(entry.employment_status)}::jsonb))`;
}
