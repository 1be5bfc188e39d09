/** One record that may hold quoted fields, by RFC 4180: a quote opens a field only at its beginning. */

export type QuotedRecord =
  | { readonly kind: 'whole'; readonly fields: string[]; readonly end: number }
  /** The text ends inside a quoted field. */
  | { readonly kind: 'open' }
  /** `at` is where reading stopped. */
  | { readonly kind: 'malformed'; readonly at: number; readonly detail: string };

type QuotedField =
  | { readonly value: string; readonly end: number }
  | Exclude<QuotedRecord, { kind: 'whole' }>;

/**
 * Reads the record that begins at `start`; its first physical line ends at `lineEnd`. `end` is the offset of the
 * record's line end, or the text's length. Line ends inside a quoted field are kept as they are.
 */
export function readQuotedRecord(
  text: string,
  start: number,
  lineEnd: number,
  delimiter: string,
): QuotedRecord {
  const fields: string[] = [];
  let endOfLine = lineEnd;
  for (let position = start; ; position += 1) {
    const field =
      text[position] === '"'
        ? quotedField(text, position, delimiter)
        : plainField(text, position, endOfLine, delimiter);
    if ('kind' in field) return field;
    fields.push(field.value);
    position = field.end;
    if (position > endOfLine) endOfLine = endOfLineFrom(text, position);
    if (text[position] !== delimiter) return { kind: 'whole', fields, end: position };
  }
}

function quotedField(text: string, opening: number, delimiter: string): QuotedField {
  let hasQuotes = false;
  let closing = text.indexOf('"', opening + 1);
  while (closing !== -1 && text[closing + 1] === '"') {
    hasQuotes = true;
    closing = text.indexOf('"', closing + 2);
  }
  if (closing === -1) return { kind: 'open' };
  const end = closing + 1;
  const after = text[end];
  if (after !== delimiter && after !== '\n' && after !== '\r' && after !== undefined) {
    return { kind: 'malformed', at: closing, detail: 'text follows the closing quote of a field' };
  }
  const value = text.slice(opening + 1, closing);
  return { value: hasQuotes ? value.replaceAll('""', '"') : value, end };
}

function plainField(text: string, start: number, endOfLine: number, delimiter: string): QuotedField {
  const next = text.indexOf(delimiter, start);
  const end = next === -1 || next > endOfLine ? endOfLine : next;
  const value = text.slice(start, end);
  const quote = value.indexOf('"');
  if (quote === -1) return { value, end };
  return { kind: 'malformed', at: start + quote, detail: 'a quote stands inside a field without quotes' };
}

function endOfLineFrom(text: string, start: number): number {
  let end = start;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}
