/** Files of applicants as they come from anywhere: most rows good, some not, in every dialect. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { APPLICANT_COLUMNS, type ApplicantColumn } from '../../src/ingest/columns.ts';
import { EMPLOYMENT_STATUSES, OCCUPATIONS } from '../../src/policy/policy.ts';

const digits = (count: number) => fc.stringMatching(new RegExp(`^[0-9]{${count}}$`));

/** A time in every form that is taken, and a few that are not. */
export const times: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      '2021-04-23',
      '2020-02-29',
      '1999-12-31',
      '0001-01-01',
      '9999-12-31',
      '2100-02-28',
      '1904-02-29',
    ),
    fc.constantFrom('00:00', '09:20', '23:59'),
    fc.oneof(fc.constantFrom('', ':00', ':59'), fc.stringMatching(/^:[0-5][0-9]\.[0-9]{1,9}$/)),
    fc.constantFrom('Z', '+07:00', '+0700', '+07', '-15:59', '+15:59', '-00:30'),
  )
  .map(([day, hour, second, offset]) => `${day}T${hour}${second}${offset}`);

const oddTimes = fc.constantFrom(
  '2021-02-29T09:20:00Z',
  '1900-02-29T09:20:00Z',
  '2021-04-23T24:00:00Z',
  '2021-04-23T09:60:00Z',
  '2021-04-23T09:20:60Z',
  '2021-04-23T09:20:00+16:00',
  '2021-04-23T09:20:00+07:60',
  '2021-04-23T09:20:00',
  '2021-04-23T09:20:00.Z',
  '2021-04-23T09:20:00.1234567891Z',
  '2021-04-23 09:20:00Z',
  '2021-04-23T09:20:00ZZ',
  '2021-04-23T09:20:00+7:00',
  '0000-01-01T00:00Z',
  '2021-13-01T00:00Z',
  '2021-04-23T',
);

const spaced = <T extends string>(values: fc.Arbitrary<T>) =>
  fc.oneof(
    { arbitrary: values, weight: 9 },
    fc
      .tuple(fc.constantFrom('', ' ', '\u00a0', '\t'), values, fc.constantFrom(' ', '\u2003', ''))
      .map((all) => all.join('')),
  );

const words = fc.oneof(
  fc.constantFrom(
    '',
    'Siti Aminah',
    'Élise Ñ',
    'Siti, S.Pd',
    'D"ewi',
    'a\nb',
    'a\r\nb',
    'tab\there',
    'nul\0',
    '\u007f',
    'x;y',
    ' ',
    '𝄞',
    '\u200b',
    '\u200bSiti',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({
    unit: fc.constantFrom('\u200b', '\u3164', '\u00ad', ' ', '\u00a0', '\u007f', 'a'),
    maxLength: 4,
  }),
);

const identities = (common: string) =>
  fc.oneof(
    { arbitrary: digits(16), weight: 4 },
    fc.constantFrom(
      common,
      '3171 0117 0845 0001',
      "'3171011708450001",
      '3.171E+15',
      '31710117084500',
      '0'.repeat(16),
      '',
      '317101170845000l',
      '7777777777777777',
    ),
  );

const VALUES: Readonly<Record<ApplicantColumn, fc.Arbitrary<string>>> = {
  registration_no: fc.oneof(
    { arbitrary: fc.stringMatching(/^PK[0-9]{3}$/), weight: 6 },
    fc.stringMatching(/^[A-Z0-9-]{1,33}$/),
    fc.constantFrom('', 'pk1', 'PK 1', '9171011708450001', '3171-0117-0845-0001'),
  ),
  nik: identities('9171011708450001'),
  kk: identities('3171011708450009'),
  full_name: fc.oneof({ arbitrary: fc.constant('Budi Santoso'), weight: 3 }, words),
  birth_date: fc.constantFrom(
    '1990-10-20',
    '2000-02-29',
    '1999-02-29',
    '1900-01-01',
    '20-10-1990',
    '1990-10-20 ',
    '',
  ),
  sex: fc.constantFrom('L', 'P', 'P', 'p', ' L', ''),
  email: fc.oneof({ arbitrary: fc.constantFrom('', 'a@b.example'), weight: 3 }, words),
  phone: fc.constantFrom('', '+62812', ' 0812 '),
  regency_code: fc.constantFrom('3171', '9471', '317', '31a1', '3171 '),
  education: fc.oneof({ arbitrary: fc.constant('SMA'), weight: 3 }, words),
  in_school: fc.constantFrom('true', 'false', 'false', 'TRUE', ' true'),
  employment_status: fc.constantFrom(...EMPLOYMENT_STATUSES, 'employee'),
  occupation: fc.constantFrom(...OCCUPATIONS, ''),
  disability: fc.constantFrom('true', 'false', 'ya'),
  email_verified_at: fc.oneof(fc.constant(''), fc.constant(' '), times),
  phone_verified_at: fc.oneof(fc.constant(''), times, oddTimes),
  selfie_verified_at: fc.oneof(fc.constant(''), times),
  test_taken_at: fc.oneof(fc.constant(''), spaced(times)),
  joined_at: fc.oneof({ arbitrary: times, weight: 5 }, oddTimes),
};

const GOOD: Readonly<Record<ApplicantColumn, string>> = {
  registration_no: 'PK000017',
  nik: '3171011708450001',
  kk: '3171010101010002',
  full_name: 'Siti Aminah',
  birth_date: '1990-10-20',
  sex: 'P',
  email: '',
  phone: '',
  regency_code: '3171',
  education: 'SMA',
  in_school: 'false',
  employment_status: 'LAID_OFF',
  occupation: 'PRIVATE',
  disability: 'true',
  email_verified_at: '2021-04-09T10:00:00+07:00',
  phone_verified_at: '',
  selfie_verified_at: '',
  test_taken_at: '',
  joined_at: '2021-04-23T09:20:00+07:00',
};

export type Applicant = Readonly<Record<ApplicantColumn, string>>;

export function applicant(changes: Partial<Applicant>): Applicant {
  return { ...GOOD, ...changes };
}

/** A few values of a good row are drawn anew: with all of them hardly a row would be good. */
const applicants: fc.Arbitrary<Applicant> = fc
  .subarray([...APPLICANT_COLUMNS.columns], { maxLength: 4 })
  .chain((columns) => fc.record(Object.fromEntries(columns.map((column) => [column, VALUES[column]]))))
  .chain((changes) =>
    VALUES.registration_no.map((registration_no) => applicant({ registration_no, ...changes })),
  );

const DELIMITERS = [',', ';', '\t'] as const;
const LINE_ENDS = ['\n', '\n', '\r\n', '\r'] as const;

interface Writing {
  readonly delimiter: string;
  /** Whether each field is quoted though it need not be. */
  readonly quotes: readonly boolean[];
  readonly lineEnd: string;
}

function written(fields: readonly string[], { delimiter, quotes, lineEnd }: Writing): string {
  const needs = new RegExp(`[${delimiter}"\\r\\n]`);
  return (
    fields
      .map((field, at) => (quotes[at] || needs.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
      .join(delimiter) + lineEnd
  );
}

/** What no careful writer makes of a line: quotes out of place, bytes that are no text, fields too many. */
const damages: readonly ((line: Buffer) => Buffer)[] = [
  (line) => line,
  (line) => Buffer.concat([Buffer.from('"'), line]),
  (line) => Buffer.concat([line.subarray(0, 30), Buffer.from('"'), line.subarray(30)]),
  (line) => Buffer.concat([line.subarray(0, 60), Buffer.of(0xff), line.subarray(60)]),
  (line) => Buffer.concat([line.subarray(0, 20), Buffer.of(0), line.subarray(20)]),
  (line) => Buffer.concat([Buffer.from(','), line]),
  (line) => Buffer.concat([Buffer.from('\n \r\n'), line]),
  (line) => line.subarray(0, -1),
];

export interface ApplicantFile {
  readonly bytes: Buffer;
  readonly chunkBytes: number;
  readonly maxRecordBytes: number;
}

export const applicantFiles: fc.Arbitrary<ApplicantFile> = fc
  .record({
    order: fc.shuffledSubarray([...APPLICANT_COLUMNS.columns, 'catatan'], { minLength: 20, maxLength: 20 }),
    delimiter: fc.constantFrom(...DELIMITERS),
    bom: fc.boolean(),
    gzip: fc.boolean(),
    isLastEnded: fc.boolean(),
    chunkBytes: fc.constantFrom(7, 300, 1 << 18),
    maxRecordBytes: fc.constantFrom(350, 500, 1 << 20),
    rows: fc.array(
      fc.record({
        applicant: applicants,
        note: words,
        quotes: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
        lineEnd: fc.constantFrom(...LINE_ENDS),
        damage: fc.oneof({ arbitrary: fc.constant(0), weight: 9 }, fc.nat({ max: damages.length - 1 })),
      }),
      { maxLength: 25 },
    ),
  })
  .map(({ order, delimiter, bom, gzip, isLastEnded, rows, ...settings }) => {
    const header = written(order, { delimiter, quotes: [], lineEnd: '\n' });
    const lines = rows.map(({ applicant: values, note, damage, ...writing }) => {
      const fields = order.map((column) => (column === 'catatan' ? note : values[column as ApplicantColumn]));
      const line = Buffer.from(written(fields, { delimiter, ...writing }));
      return damages[damage]?.(line) ?? line;
    });
    const whole = Buffer.concat([Buffer.from(bom ? '\ufeff' : ''), Buffer.from(header), ...lines]);
    const bytes = isLastEnded ? whole : whole.subarray(0, -1);
    return { bytes: gzip ? gzipSync(bytes) : bytes, ...settings };
  });
