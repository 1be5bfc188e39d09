/** What makes a row no application, as statements for DuckDB. */
import { EMPLOYMENT_STATUSES, type Layer, OCCUPATIONS } from '../src/policy/policy.ts';
import { textList } from './sql-text.ts';

const IS_MOMENT = `create macro is_moment(given) as try_cast(given as timestamptz) is not null
    and regexp_full_match(given, '.{10}T.*(Z|[+-]\\d\\d:?\\d\\d)')`;

const SCIENTIFIC = `regexp_full_match(nik, '[0-9]+([.,][0-9]+)?[eE][+]?[0-9]+')`;

/** The column of each layer. */
export const TIMES: Readonly<Record<Layer, string>> = {
  email: 'email_verified_at',
  phone: 'phone_verified_at',
  selfie: 'selfie_verified_at',
  test: 'test_taken_at',
};

type Fault = readonly [column: string, code: string, when: string];

const unlessOneOf = (column: string, values: readonly string[]): Fault => [
  column,
  'VALUE_NOT_ALLOWED',
  `coalesce(${column}, '') not in (${textList(values)})`,
];

/** Column, code, and when a row has the fault; in the order in which they are written. */
const FAULTS: readonly Fault[] = [
  [
    'registration_no',
    'REGISTRATION_NO_FORMAT',
    `not regexp_full_match(coalesce(registration_no, ''), '[A-Z0-9-]{1,32}')`,
  ],
  ['nik', 'NIK_EXCEL', SCIENTIFIC],
  ['nik', 'NIK_FORMAT', `nik is null or not regexp_full_match(nik, '[0-9]{16}') and not ${SCIENTIFIC}`],
  ['kk', 'KK_FORMAT', `kk is null or not regexp_full_match(kk, '[0-9]{16}') or kk = repeat(kk[1], 16)`],
  ['full_name', 'NAME_BLANK', `trim(coalesce(full_name, '')) = ''`],
  [
    'birth_date',
    'DATE_FORMAT',
    `try_cast(birth_date as date) is null or birth_date not similar to '\\d{4}-\\d\\d-\\d\\d'`,
  ],
  unlessOneOf('sex', ['L', 'P']),
  ['regency_code', 'REGION_FORMAT', `not regexp_full_match(coalesce(regency_code, ''), '[0-9]{4}')`],
  unlessOneOf('in_school', ['true', 'false']),
  unlessOneOf('employment_status', EMPLOYMENT_STATUSES),
  unlessOneOf('occupation', OCCUPATIONS),
  unlessOneOf('disability', ['true', 'false']),
  ...Object.values(TIMES).map(
    (column): Fault => [column, 'TIME_FORMAT', `${column} is not null and not is_moment(${column})`],
  ),
  ['joined_at', 'TIME_FORMAT', 'joined_at is null or not is_moment(joined_at)'],
];

/** Rejects, and a view of the rows that are applications. */
export function sortOutRows(): readonly string[] {
  const found = FAULTS.map(
    ([column, code, when], place) =>
      `select rowid + 2 as line, registration_no, ${place} as place, '${column}' as "column", '${code}' as code
        from given where ${when}`,
  );
  return [
    IS_MOMENT,
    `create table fault as ${found.join(' union all ')}`,
    `insert into fault
      with sound as (select rowid + 2 as line, registration_no from given where rowid + 2 not in (select line from fault)),
        repeated as (select registration_no from sound group by all having count(*) > 1)
      select line, registration_no, 0, 'registration_no', 'REGISTRATION_NO_REPEATED'
      from sound semi join repeated using (registration_no)
      qualify row_number() over (partition by registration_no order by line) > 1`,
    `create view application as
      select * replace (birth_date::date as birth_date, joined_at::timestamptz as joined_at)
      from given where rowid + 2 not in (select line from fault)`,
  ];
}
