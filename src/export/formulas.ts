/**
 * Text that a spreadsheet would take for a formula, as it is written to a file: with an apostrophe in front. One rule, for
 * every value of a file that somebody else has written; whoever reads the file takes away the first apostrophe of what
 * begins with one or more of them and would be a formula without them.
 */

/**
 * What a cell does not begin with for whoever opens it: white space of any kind, control characters, marks that are not
 * seen. As code points, for JavaScript and PostgreSQL to understand it alike.
 */
const NOT_SEEN =
  '\\u0000-\\u0020\\u007f-\\u00a0\\u00ad\\u034f\\u061c\\u1680\\u180e\\u2000-\\u200f\\u2028-\\u202f\\u205f-\\u206f\\u3000\\ufeff';
/** `=`, `+`, `-`, `@`, their full-width and small forms, and the minus sign. */
const SIGNS = '=+@\\u2212\\ufe62\\ufe63\\ufe66\\ufe6b\\uff0b\\uff0d\\uff1d\\uff20\\-';
/** A registration number may begin with a dash. No formula of its letters does anything but subtract. */
const NUMBER = '[A-Z0-9-]{1,32}';

const FORMULA = `^'*[${NOT_SEEN}]*[${SIGNS}]`;

const IS_FORMULA = new RegExp(FORMULA, 'u');
const IS_NUMBER = new RegExp(`^${NUMBER}$`);

/** A text as it may stand in a file that a spreadsheet opens. */
export function harmless(text: string): string {
  return IS_FORMULA.test(text) && !IS_NUMBER.test(text) ? `'${text}` : text;
}

/** The same of a column, in SQL; it never holds a NUL there. */
export function harmlessSql(column: string): string {
  const formula = FORMULA.replace('\\u0000', '\\u0001').replaceAll("'", "''");
  return `case when ${column} ~ '${formula}' and ${column} !~ '^${NUMBER}$' then '''' || ${column} else ${column} end`;
}
