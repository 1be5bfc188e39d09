/** A file of YAML that somebody wrote by hand: read such that nothing in it can do harm, and all that is wrong with it is known. */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import { type ErrorDetails, type Fault, GelombangError } from '../errors.ts';
import { outOfBounds } from './bounds.ts';
import type { Source } from './faults.ts';

/** The syntax errors of YAML that leave a document which can still be checked for the rest. */
const CHECKED_ON = new Set(['DUPLICATE_KEY']);

/** Where the parser speaks of its own settings. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'the file holds several documents, one after the other: expected one',
  NON_STRING_KEY: 'a key that is no text',
};

/** Of a file that has more faults nobody reads all of them. */
const MOST_TOLD = 500;

/** Nothing that is read here is made of more collections within each other; what is, is not even looked at. */
const DEEPEST = 50;

/** What is read, and what is said of it. */
export interface Reading {
  /** The file, as it is called in messages. */
  readonly file: string;
  /** What is in it, with its article: `the policy`. */
  readonly kind: string;
  /** What stands at its top: `the keys of a policy`. */
  readonly expected: string;
  /** Where something is, for people. */
  readonly place: (line: number, column: number) => string;
  /** Bytes. */
  readonly most: number;
}

/**
 * The document, if it is one that can be checked further.
 * @throws GelombangError INPUT_REFUSED with everything that is wrong with its YAML.
 */
export function readDocument(text: string, reading: Reading): Source {
  const { place, most, expected } = reading;
  const beyond = outOfBounds(text, most);
  if (beyond !== undefined) {
    const line = text.slice(0, beyond.offset).split('\n').length;
    throw refused(reading, [{ where: place(line, 1), what: beyond.what }]);
  }
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    resolveKnownTags: false,
    schema: 'core',
    strict: true,
    stringKeys: true,
    uniqueKeys: true,
  });
  const lineOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return place(line, col);
  };
  const source: Source = { document, text, lineOf };
  const unreadable = document.errors.some((error) => !CHECKED_ON.has(error.code));
  if (unreadable || hasAliases(document)) throw refused(reading, syntaxFaults(source));
  const depths = tooDeep(document);
  if (depths !== undefined)
    throw refused(reading, [
      {
        where: source.lineOf(depths),
        what: `mappings and sequences more than ${DEEPEST} deep within each other`,
      },
    ]);
  keepFirstOfRepeatedKeys(document);
  if (document.contents === null)
    throw refused(reading, [{ where: place(1, 1), what: `the file is empty: expected ${expected}` }]);
  if (!isMap(document.contents)) {
    const where = source.lineOf(document.contents.range?.[0] ?? 0);
    throw refused(reading, [
      { where, what: `the file holds no mapping: expected ${expected}, as \`name: …\`` },
    ]);
  }
  return source;
}

/** What the YAML itself has wrong. Aliases are refused: such a file is read by people, and they can be made to explode. */
export function syntaxFaults({ document, text, lineOf }: Source): Fault[] {
  const faults = [...document.errors, ...document.warnings].map((error) => ({
    where: lineOf(error.pos[0]),
    what:
      error.code === 'DUPLICATE_KEY'
        ? `${keyAt(error.pos[0], text)} is given more than once`
        : `no valid YAML: ${IN_OTHER_WORDS[error.code] ?? error.message}`,
  }));
  visit(document, {
    Alias(_key, alias) {
      faults.push({
        where: lineOf(alias.range?.[0] ?? 0),
        what: `an alias, *${alias.source}: write its value out`,
      });
    },
  });
  return faults;
}

function keyAt(offset: number, text: string): string {
  return /^[^:\n]{0,40}/.exec(text.slice(offset))?.[0].trim() ?? '';
}

/** What is said of a key that is given twice then concerns its first value, wherever it is looked up. */
function keepFirstOfRepeatedKeys(document: Document.Parsed): void {
  visit(document, {
    Map(_key, mapping) {
      const seen = new Set<unknown>();
      mapping.items = mapping.items.filter(({ key }) => {
        const name = isScalar(key) ? key.value : key;
        const repeated = seen.has(name);
        seen.add(name);
        return !repeated;
      });
    },
  });
}

/** The place of the first collection that lies too deep. */
function tooDeep(document: Document.Parsed): number | undefined {
  let found: number | undefined;
  visit(document, {
    Collection(_key, node, above) {
      if (above.filter(isCollection).length < DEEPEST) return;
      found = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return found;
}

function hasAliases(document: Document.Parsed): boolean {
  let found = false;
  visit(document, (_key, node) => {
    found ||= isAlias(node);
  });
  return found;
}

/** In the order of the file. */
export function refused(
  { file, kind }: Pick<Reading, 'file' | 'kind'>,
  faults: readonly Fault[],
): GelombangError {
  const ordered = distinct(faults).sort(inOrder);
  const beyond = ordered.length > MOST_TOLD ? `, of which the first ${MOST_TOLD} are told` : '';
  const count = ordered.length === 1 ? '1 fault' : `${ordered.length} faults${beyond}`;
  const details: ErrorDetails = {
    concerns: { file },
    faults: ordered.slice(0, MOST_TOLD),
    next: `Correct ${file} and give the command again.`,
  };
  return new GelombangError('INPUT_REFUSED', `${kind} ${file} has ${count}`, details);
}

/** By line, and column where there is one. */
function inOrder(left: Fault, right: Fault): number {
  const [[line, column], [otherLine, otherColumn]] = [placeIn(left), placeIn(right)];
  return line - otherLine || column - otherColumn;
}

function placeIn({ where }: Fault): [line: number, column: number] {
  const [, line = '', column = ''] = /:(\d+)(?::(\d+))?$/.exec(where) ?? [];
  return [Number(line), Number(column)];
}

/** One of each: YAML brackets left open are reported once for each bracket. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.where} ${fault.what}`, fault])).values()];
}
