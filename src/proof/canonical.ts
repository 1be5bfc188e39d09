/** With the flag u, a whole pair is one code point, so that only halves are found. */
const HALF_PAIR = /[\uD800-\uDFFF]/u;

/**
 * Canonical JSON after RFC 8785: keys sorted by UTF-16 code units, no white space, texts and numbers as
 * ECMAScript writes them. The same value gives the same bytes, so that its hash can be published.
 * Throws TypeError for what JSON has no form for: undefined, NaN, infinities, functions, bigints, half of a
 * surrogate pair.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return objectOf(value);
  throw new TypeError(`canonical JSON has no form for ${typeof value === 'number' ? value : typeof value}`);
}

function objectOf(value: object): string {
  const members = Object.entries(value)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, member]) => `${textOf(key)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}

function textOf(text: string): string {
  if (!HALF_PAIR.test(text)) return JSON.stringify(text);
  throw new TypeError('canonical JSON has no form for half of a surrogate pair');
}
