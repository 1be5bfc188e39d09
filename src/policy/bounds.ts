/** What a text has to be before it is parsed as YAML at all: the parser goes down into itself for every level of it. */

/**
 * Bytes: those that come along have up to five thousand. What is larger is another file, and the parser compares every
 * key of a mapping with every other: measured, 2 seconds for as many keys as there is room for, and 30 for four times that.
 */
export const LARGEST_POLICY = 1 << 16;

/**
 * Brackets that are open at a time, those in texts and comments counted as well, and signs at the beginning of one line
 * that each begin a collection. Measured: with some thousand the stack of Node 20 overflows, and where that happens
 * within a regular expression the process ends there and then, which nothing can catch.
 */
const MOST_OPEN = 200;
const SIGNS = new RegExp(`^[ \\t]*(?:[-?:][ \\t]+){${MOST_OPEN}}`, 'm');

/** Where a text is not even looked at further, and why; undefined where it is. */
export function outOfBounds(
  text: string,
  most = LARGEST_POLICY,
): { readonly offset: number; readonly what: string } | undefined {
  if (Buffer.byteLength(text) > most)
    return { offset: 0, what: `more than ${most} bytes: no such file is as long` };
  const nul = text.indexOf('\0');
  if (nul >= 0) return { offset: nul, what: 'a NUL character: save the file as UTF-8 text' };
  const offset = tooManyOpen(text);
  return offset === undefined
    ? undefined
    : { offset, what: `more than ${MOST_OPEN} mappings and sequences within each other` };
}

function tooManyOpen(text: string): number | undefined {
  let open = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[\]{}]/g)) {
    open = Math.max(0, open + (bracket === '[' || bracket === '{' ? 1 : -1));
    if (open > MOST_OPEN) return index;
  }
  return SIGNS.exec(text)?.index;
}
