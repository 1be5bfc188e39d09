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
import { canonicalJson } from '../proof/canonical.ts';
import { sha256 } from '../proof/sha256.ts';
import { disagreements } from './agreement.ts';
import { LARGEST_POLICY, outOfBounds } from './bounds.ts';
import { faultsOfIssues, repeatedMembers, type Source } from './faults.ts';
import { guessedNumbers } from './numbers.ts';
import type { Policy } from './policy.ts';
import { policySchema } from './schema.ts';

/** A policy with the text that stands for it wherever it is stored, published or hashed. */
export interface ReadPolicy {
  readonly policy: Policy;
  /** Canonical JSON (RFC 8785) with the defaults filled in: the same policy, the same text, however it was written. */
  readonly canonical: string;
  /** SHA-256 of the canonical text in UTF-8, as 64 hex digits. */
  readonly sha256: string;
}

/** The syntax errors of YAML that leave a document which can still be checked for the rest. */
const CHECKED_ON = new Set(['DUPLICATE_KEY']);

/** Where the parser speaks of its own settings. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'the file holds several documents, one after the other: expected one',
  NON_STRING_KEY: 'a key that is no text',
};

/** Of a file that has more faults nobody reads all of them. */
const MOST_TOLD = 500;

/** A canonical form has all names and signs written out: more than a file with the same policy. */
const LARGEST_CANONICAL = 4 * LARGEST_POLICY;

/** No policy is made of more collections within each other; what is, is not even looked at. */
const DEEPEST = 50;

interface Bounds {
  /** Where a line is, for people. */
  readonly place: (line: number) => string;
  /** Bytes. */
  readonly most: number;
}

/**
 * Reads a policy file: `text` is its content, `file` what it is called in messages.
 * Throws INPUT_REFUSED with every fault of the file, each with its line, and with the nearest known word for one that is
 * not known.
 */
export function readPolicy(text: string, file: string): ReadPolicy {
  return read(text, file, { place: (line) => `${file}:${line}`, most: LARGEST_POLICY });
}

/**
 * The same of a policy that is there as a plain value of JSON, one that was changed for example. It has no lines: `file`
 * is all that its faults say of their place.
 */
export function policyFromValue(value: unknown, file: string): ReadPolicy {
  return read(JSON.stringify(value) ?? '', file, { place: () => file, most: LARGEST_CANONICAL });
}

function read(text: string, file: string, bounds: Bounds): ReadPolicy {
  const source = parsed(text, file, bounds);
  const given: Readonly<Record<string, unknown>> = source.document.toJS();
  const result = policySchema.safeParse(given);
  const issues = [...(result.error?.issues ?? []), ...disagreements(given)];
  const faults = [
    ...syntaxFaults(source),
    ...guessedNumbers(source),
    ...faultsOfIssues(issues, source),
    ...repeatedMembers(source),
  ];
  if (!result.success || faults.length > 0) throw refused(file, faults);
  const policy: Policy = result.data;
  const canonical = canonicalJson(policy);
  return { policy, canonical, sha256: sha256(canonical, 'hex') };
}

/** The document, if it is one that can be checked further. */
function parsed(text: string, file: string, { place, most }: Bounds): Source {
  const beyond = outOfBounds(text, most);
  if (beyond !== undefined) {
    const line = text.slice(0, beyond.offset).split('\n').length;
    throw refused(file, [{ where: place(line), what: beyond.what }]);
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
  const source: Source = { document, text, lineOf: (offset) => place(lines.linePos(offset).line) };
  const unreadable = document.errors.some((error) => !CHECKED_ON.has(error.code));
  if (unreadable || hasAliases(document)) throw refused(file, syntaxFaults(source));
  const depths = tooDeep(document);
  if (depths !== undefined)
    throw refused(file, [
      {
        where: source.lineOf(depths),
        what: `mappings and sequences more than ${DEEPEST} deep within each other`,
      },
    ]);
  keepFirstOfRepeatedKeys(document);
  if (document.contents === null)
    throw refused(file, [{ where: place(1), what: 'the file is empty: expected the keys of a policy' }]);
  if (!isMap(document.contents)) {
    const where = source.lineOf(document.contents.range?.[0] ?? 0);
    throw refused(file, [
      { where, what: 'the file holds no mapping: expected the keys of a policy, as `name: …`' },
    ]);
  }
  return source;
}

/** What the YAML itself has wrong. Aliases are refused: a policy is read by people, and they can be made to explode. */
function syntaxFaults({ document, text, lineOf }: Source): Fault[] {
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

function refused(file: string, faults: readonly Fault[]): GelombangError {
  const ordered = distinct(faults).sort((left, right) => lineIn(left) - lineIn(right));
  const beyond = ordered.length > MOST_TOLD ? `, of which the first ${MOST_TOLD} are told` : '';
  const count = ordered.length === 1 ? '1 fault' : `${ordered.length} faults${beyond}`;
  const details: ErrorDetails = {
    concerns: { file },
    faults: ordered.slice(0, MOST_TOLD),
    next: `Correct ${file} and give the command again.`,
  };
  return new GelombangError('INPUT_REFUSED', `the policy ${file} has ${count}`, details);
}

function lineIn(fault: Fault): number {
  return Number(fault.where.slice(fault.where.lastIndexOf(':') + 1));
}

/** One of each: YAML brackets left open are reported once for each bracket. */
function distinct(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((fault) => [`${fault.where} ${fault.what}`, fault])).values()];
}
