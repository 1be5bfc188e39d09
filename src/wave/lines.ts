/**
 * What a person gave, as a line of text: the record of an application, for people to read and to be told by. The lines of
 * a block stand in the order of its columns, one a row.
 */

/** The fields of a line, which tabs are between: its place in the file, and the columns of applicants.csv. */
export const LINE_FIELDS = [
  'line',
  'registration_no',
  'nik',
  'kk',
  'full_name',
  'birth_date',
  'sex',
  'email',
  'phone',
  'regency_code',
  'education',
  'in_school',
  'employment_status',
  'occupation',
  'disability',
  'email_verified_at',
  'phone_verified_at',
  'selfie_verified_at',
  'test_taken_at',
  'joined_at',
] as const;

export type LineField = (typeof LINE_FIELDS)[number];

/** The values of a line; blank where nothing was given. Times are as they were given. */
export type LineValues = Readonly<Record<LineField, string>>;

const PLACES = Object.fromEntries(LINE_FIELDS.map((field, place) => [field, place])) as Record<
  LineField,
  number
>;

export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const BACKSLASH = 0x5c;

/** Within a value, these bytes stand as a backslash and a letter: as in the text format of PostgreSQL's COPY. */
export const ESCAPES: ReadonlyMap<number, string> = new Map([
  [BACKSLASH, '\\\\'],
  [TAB, '\\t'],
  [LINE_FEED, '\\n'],
  [0x0d, '\\r'],
]);
const VALUES = new Map([...ESCAPES].map(([byte, sign]) => [sign, String.fromCharCode(byte)]));

/** The lines of a block, without their ends. */
export function* linesIn(lines: Buffer): Generator<Buffer> {
  for (let from = 0; from < lines.length; ) {
    const end = lines.indexOf(LINE_FEED, from);
    yield lines.subarray(from, end);
    from = end + 1;
  }
}

export function valuesOfLine(line: Buffer): LineValues {
  return someOfLine(line, LINE_FIELDS);
}

/** Some of the values alone, where all would take longer. */
export function someOfLine<Field extends LineField>(
  line: Buffer,
  fields: readonly Field[],
): Readonly<Record<Field, string>> {
  const values = line.toString().split('\t');
  const some: Partial<Record<Field, string>> = {};
  for (const field of fields) some[field] = unescaped(values[PLACES[field]] ?? '');
  return some as Record<Field, string>;
}

function unescaped(value: string): string {
  return value.includes('\\') ? value.replace(/\\./g, (sign) => VALUES.get(sign) ?? sign) : value;
}
