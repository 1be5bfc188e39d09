/** The naive reading of a wave's files: every row is an application or a list of faults. */
import { parse } from 'csv-parse/sync';

export type Row = Readonly<Record<string, string>>;

export interface NumberedRow {
  /** First physical line of the record, the header being 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface RejectLine {
  readonly line: number;
  readonly registrationNo: string;
  readonly column: string;
  readonly code: string;
}

export interface Application {
  readonly registrationNo: string;
  readonly nik: string;
  readonly kk: string;
  readonly row: Row;
  readonly joinedAt: number;
  readonly earlierUnsuccessful: number;
}

/** What is known of an account from earlier waves: its data, and in how many of them it was NOT_DRAWN. */
export interface EarlierAccount {
  readonly row: Row;
  readonly unsuccessfulWaves: number;
}

/** The header and the records of a file, blank lines left out but counted. */
export function readCsv(text: string): { header: string[]; records: NumberedRow[] } {
  const firstLine = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/, 1)[0] ?? '';
  const count = (mark: string) => firstLine.split(mark).length;
  const delimiter = [',', ';', '\t'].sort((a, b) => count(b) - count(a))[0] ?? ',';
  const all = parse(text, { bom: true, delimiter, relax_column_count: true, relax_quotes: true });
  const records: NumberedRow[] = [];
  let line = 1;
  for (const fields of all) {
    if (fields.length > 1 || fields[0] !== '') records.push({ line, fields });
    line += 1;
    for (const field of fields) line += field.match(/\r\n|\r|\n/g)?.length ?? 0;
  }
  const header = records.shift()?.fields.map((name) => name.trim().toLowerCase()) ?? [];
  return { header, records };
}

/** The rows of a reference file (registry, recipients, list), by column. */
export function readRows(text: string): Row[] {
  const { header, records } = readCsv(text);
  return records.map(({ fields }) => byColumn(header, fields));
}

function byColumn(header: readonly string[], fields: readonly string[]): Row {
  return Object.fromEntries(header.map((name, place) => [name, fields[place] ?? '']));
}

/** Without what people put between the digits. */
export function plainDigits(value: string): string {
  return value.replace(/[ .-]/g, '').replace(/^'/, '');
}

const isExcel = (value: string) => /^'?\d+([.,]\d+)?[eE]\+?\d+$/.test(value.trim());

function isDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null) return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** Microseconds since 1970, or undefined where the text is no ISO 8601 time with an offset. */
export function instant(text: string): number | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?(Z|[+-]\d{2}:\d{2})$/.exec(
    text,
  );
  if (parts === null || !isDate(parts[1] ?? '')) return undefined;
  const [, date, hour, minute, second = '00', fraction = '', offset = ''] = parts;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Date.parse(`${date}T${hour}:${minute}:${second}${offset}`) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
}

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  sex: ['L', 'P'],
  in_school: ['true', 'false'],
  employment_status: ['JOB_SEEKER', 'LAID_OFF', 'FURLOUGHED', 'INFORMAL', 'MICRO_ENTREPRENEUR', 'EMPLOYEE'],
  occupation: [
    'PRIVATE',
    'STATE_OFFICIAL',
    'LEGISLATOR',
    'ASN',
    'TNI',
    'POLRI',
    'VILLAGE_OFFICIAL',
    'SOE_BOARD',
  ],
  disability: ['true', 'false'],
};

function faultOf(column: string, value: string): string | undefined {
  switch (column) {
    case 'registration_no':
      return /^[A-Z0-9-]{1,32}$/.test(value) ? undefined : 'REGISTRATION_NO_FORMAT';
    case 'nik':
      if (isExcel(value)) return 'NIK_EXCEL';
      return /^\d{16}$/.test(plainDigits(value)) ? undefined : 'NIK_FORMAT';
    case 'kk':
      return /^(\d)(?!\1{15})\d{15}$/.test(plainDigits(value)) ? undefined : 'KK_FORMAT';
    case 'full_name':
      return /^[\s\p{Cc}\p{Default_Ignorable_Code_Point}\u0085\u2800]*$/u.test(value)
        ? 'NAME_BLANK'
        : undefined;
    case 'birth_date':
      return isDate(value) ? undefined : 'DATE_FORMAT';
    case 'regency_code':
      return /^\d{4}$/.test(value) ? undefined : 'REGION_FORMAT';
    case 'email_verified_at':
    case 'phone_verified_at':
    case 'selfie_verified_at':
    case 'test_taken_at':
      return value.trim() === '' || instant(value) !== undefined ? undefined : 'TIME_FORMAT';
    case 'joined_at':
      return instant(value) === undefined ? 'TIME_FORMAT' : undefined;
    default:
      return ALLOWED[column]?.includes(value) === false ? 'VALUE_NOT_ALLOWED' : undefined;
  }
}

const COLUMNS = [
  ...['registration_no', 'nik', 'kk', 'full_name', 'birth_date', 'sex', 'email', 'phone', 'regency_code'],
  ...['education', 'in_school', 'employment_status', 'occupation', 'disability', 'email_verified_at'],
  ...['phone_verified_at', 'selfie_verified_at', 'test_taken_at', 'joined_at'],
];

/** The faults that a row has by itself, each with its column, in the order of the columns. */
function faultsOf(header: readonly string[], fields: readonly string[]): [column: string, code: string][] {
  if (fields.length !== header.length) return [['', 'COLUMN_COUNT']];
  const faults: [column: string, code: string][] = [];
  for (const column of COLUMNS.filter((name) => header.includes(name))) {
    const code = faultOf(column, fields[header.indexOf(column)] ?? '');
    if (code !== undefined) faults.push([column, code]);
  }
  return faults;
}

function applicationOf(row: Row, earlierUnsuccessful: number): Application {
  return {
    registrationNo: row.registration_no ?? '',
    nik: plainDigits(row.nik ?? ''),
    kk: plainDigits(row.kk ?? ''),
    row,
    joinedAt: instant(row.joined_at ?? '') ?? 0,
    earlierUnsuccessful,
  };
}

export interface ReadApplications {
  readonly rowsRead: number;
  readonly rowsRejected: number;
  readonly rejects: readonly RejectLine[];
  readonly applications: readonly Application[];
}

/** Reads the files one after the other. A file without the column `nik` is one of re-joins. */
export function readApplications(
  files: readonly { readonly text: string }[],
  accounts: Readonly<Record<string, EarlierAccount>>,
): ReadApplications {
  const rejects: RejectLine[] = [];
  const standing = new Map<string, Application>();
  let rowsRead = 0;
  for (const { text } of files) {
    const { header, records } = readCsv(text);
    const rejoins = !header.includes('nik');
    rowsRead += records.length;
    for (const { line, fields } of records) {
      const given = byColumn(header, fields);
      const registrationNo = given.registration_no ?? '';
      const account = accounts[registrationNo];
      const faults = faultsOf(header, fields);
      if (faults.length === 0 && rejoins && account === undefined)
        faults.push(['registration_no', 'REGISTRATION_NO_UNKNOWN']);
      if (faults.length === 0 && standing.has(registrationNo))
        faults.push(['registration_no', 'REGISTRATION_NO_REPEATED']);
      const isShown = /^[A-Z0-9-]{1,32}$/.test(registrationNo);
      for (const [column, code] of faults)
        rejects.push({ line, registrationNo: isShown ? registrationNo : '', column, code });
      if (faults.length > 0) continue;
      const row = rejoins ? { ...account?.row, ...given } : given;
      standing.set(registrationNo, applicationOf(row, account?.unsuccessfulWaves ?? 0));
    }
  }
  const applications = [...standing.values()];
  return { rowsRead, rowsRejected: rowsRead - applications.length, rejects, applications };
}
