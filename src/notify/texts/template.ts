/** A text with names in it, in two braces each, that something is put in place of: `gelombang {{gelombang}}`. */

/** Once read: what stands as it is, and what is put in. */
export type Template<Name extends string = string> = readonly (string | { readonly name: Name })[];

/** Something that is wrong with a text: the words of it that are meant, as they stand there, and how many like them come before. */
export interface Slip {
  readonly words: string;
  readonly before: number;
  readonly what: string;
}

const TOKENS = /\{\{([^{}]*)\}\}|[{}]+/g;
const BRACES = 'expected names in two braces, {{gelombang}} for example, and no other brace';

/**
 * @param isWrong What is wrong with a name, if something is.
 */
export function parseTemplate<Name extends string>(
  text: string,
  isWrong: (name: string) => string | undefined,
): { readonly template: Template<Name>; readonly slips: readonly Slip[] } {
  const template: (string | { readonly name: Name })[] = [];
  const slips: Slip[] = [];
  const seen = new Map<string, number>();
  let end = 0;
  for (const { 0: words, 1: inner, index } of text.matchAll(TOKENS)) {
    if (index > end) template.push(text.slice(end, index));
    end = index + words.length;
    const name = inner?.trim();
    const what = name === undefined ? `${words}: ${BRACES}` : isWrong(name);
    const before = seen.get(words) ?? 0;
    seen.set(words, before + 1);
    if (what === undefined) template.push({ name: name as Name });
    else slips.push({ words, before, what });
  }
  if (end < text.length) template.push(text.slice(end));
  return { template, slips };
}

/** What is put in stands there as it is: no name in it counts. */
export function filled<Name extends string>(
  template: Template<Name>,
  values: Readonly<Record<Name, string>>,
): string {
  return template.map((piece) => (typeof piece === 'string' ? piece : values[piece.name])).join('');
}

export function namesIn<Name extends string>(template: Template<Name>): Name[] {
  return template.flatMap((piece) => (typeof piece === 'string' ? [] : [piece.name]));
}
