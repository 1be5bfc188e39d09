/**
 * Masks what must be in no log: identity numbers, e-mail addresses, telephone numbers and passwords in addresses,
 * wherever they stand in a text and however they came there.
 *
 * In doubt it masks. What it has to leave alone, because logs are useless without it: times, hashes, UUIDs, amounts.
 */

/** Written between groups of digits: space, no-break space, dot, dash, en dash. */
const SEPARATOR = String.raw`[ \u00a0.\-\u2013]`;

/** What looks like it at first sight and is not: a UUID, a word of hexadecimal digits with a letter in it, a date. */
const INNOCENT = [
  '(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])',
  String.raw`(?<![0-9a-z])(?=\d*[a-f])(?:[0-9a-f]{32,128}|[0-9a-f]{16})(?![0-9a-z])`,
  String.raw`(?<!\d)(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![-.]?\d)`,
].join('|');

const DIGITS = String.raw`\d+(?:${SEPARATOR}{1,3}\d+)*`;
/** Up to the last `@`: a password that was not encoded as it should be is one all the same. */
const CREDENTIALS = String.raw`(?<=:\/\/)[^\s:@/]{0,128}:[^\s]{1,256}(?=@)|(?<=\bpassword=)[^\s&]{1,256}`;
const EMAIL = String.raw`[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+`;
const PHONE = String.raw`(?:\+62|(?<!\d)62(?=${SEPARATOR}?8)|(?<!\d)0(?=8))(?:${SEPARATOR}?\d){8,12}(?!\d)`;

const NUMBERS = new RegExp(`(?<innocent>${INNOCENT})|(?<digits>${DIGITS})`, 'gi');
const CONTACTS = new RegExp(
  `(?<innocent>${INNOCENT})|(?<credentials>${CREDENTIALS})|(?<email>${EMAIL})|(?<phone>${PHONE})`,
  'gi',
);

/** Whether a text can hold anything of interest at all. Most texts cannot, and this is far cheaper. */
const WORTH_A_LOOK = new RegExp(String.raw`@|password=|(?:\d${SEPARATOR}{0,3}){9}`);

/** The text with identity numbers as `317101******0001`, and `[email]`, `[phone]`, `[credentials]` for those. */
export function redact(text: string): string {
  if (!WORTH_A_LOOK.test(text)) return text;
  return text
    .replace(NUMBERS, (found, innocent?: string) =>
      innocent === undefined ? maskIdentityNumbers(found) : found,
    )
    .replace(CONTACTS, (found: string, ...rest: unknown[]) => {
      const groups = rest.at(-1) as Record<string, string | undefined>;
      if (groups.innocent !== undefined) return found;
      return `[${Object.keys(groups).find((name) => groups[name] !== undefined)}]`;
    });
}

/** Fields that are masked whatever they hold, since their content cannot be told from other text. */
const SECRET_FIELDS = 'nik|kk|email|phone|full_?name|birth_?date|password|secret|household_?key|entropy';

const STRING = String.raw`"(?:[^"\\]|\\.)*"`;
const NUMBER = String.raw`-?\d[\d.eE+-]*`;
const SECRET_FIELD = new RegExp(`"(?:${SECRET_FIELDS})":`, 'i');
const JSON_TOKENS = new RegExp(
  `(?<secret>"(?:${SECRET_FIELDS})":)(?:${STRING}|${NUMBER}|true|false)|${STRING}|${NUMBER}`,
  'gi',
);

/**
 * One line of JSON, redacted such that it still is JSON: a bare number that had to be masked becomes a string.
 * Besides what its texts hold, the values of secret fields are masked, at whatever depth they are.
 */
export function redactJson(line: string): string {
  if (!WORTH_A_LOOK.test(line) && !SECRET_FIELD.test(line)) return line;
  return line.replace(JSON_TOKENS, (token: string, secret?: string) => {
    if (secret !== undefined) return `${secret}"[masked]"`;
    if (!token.startsWith('"')) return /^-?\d{16,}$/.test(token) ? `"${maskIdentityNumbers(token)}"` : token;
    // An escape may stand right before a digit (`\n0812…`), so the text is looked at and not its spelling.
    if (token.includes('\\')) return JSON.stringify(redact(JSON.parse(token)));
    return redact(token);
  });
}

/**
 * Masks, in a run of digits and separators: 16 or more digits on end, and neighbouring groups that are 16 digits together.
 * Groups of 13 and more are times in milliseconds or amounts, never a part of a number that someone spaced out.
 */
function maskIdentityNumbers(run: string): string {
  const parts = run.split(/(\d+)/);
  let masked = '';
  for (let at = 0; at < parts.length; at++) {
    // Separators and groups of digits take turns, a separator (which may be empty) first.
    const last = at % 2 === 1 ? lastGroupOfNumber(parts, at) : undefined;
    if (last === undefined) {
      masked += parts[at];
      continue;
    }
    const number = parts
      .slice(at, last + 1)
      .join('')
      .replace(/\D/g, '');
    masked += `${number.slice(0, 6)}******${number.slice(-4)}`;
    at = last;
  }
  return masked;
}

/** Where the identity number ends that begins with the group at `start`, or undefined if none does. */
function lastGroupOfNumber(parts: readonly string[], start: number): number | undefined {
  if ((parts[start] ?? '').length >= 16) return start;
  let digits = 0;
  for (let at = start; at < parts.length; at += 2) {
    const length = (parts[at] ?? '').length;
    digits += length;
    if (length > 12 || digits > 16) return undefined;
    if (digits === 16) return at;
  }
  return undefined;
}
