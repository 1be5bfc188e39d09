import { closest } from 'fastest-levenshtein';
import { type Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { z } from 'zod';
import type { Fault } from '../errors.ts';
import { PROVINCES } from '../identity/provinces.ts';
import type { Disagreement } from './agreement.ts';
import { KNOWN_KEYS } from './schema.ts';

/** A policy file that could be parsed: its nodes, its text, and the place (`file:line`) of an offset into the text. */
export interface Source {
  readonly document: Document.Parsed;
  readonly text: string;
  readonly lineOf: (offset: number) => string;
}

type SchemaIssue = z.core.$ZodIssue;
type Issue = SchemaIssue | Disagreement;

const SHOWN = 40;
const MOST_STEPS = 12;
const WHY_NEEDED = 'It has no default: a rule that is left out by mistake must not admit anyone.';

/** Where a number was meant as a text, and quotes make it one. */
const TEXTS = ['name', 'deny_lists', 'list', 'education', 'region'];

/** The faults of a file by what was found in it: one for each place, and one for each unknown key. */
export function faultsOfIssues(issues: readonly Issue[], source: Source): Fault[] {
  const seen = new Set<string>();
  const sections = new Set<string>();
  return issues.flatMap((issue) => {
    const place = JSON.stringify(issue.path);
    if (issue.code === 'unrecognized_keys') {
      sections.add(place);
      return issue.keys.map((key) => unknownKey(key, issue, source));
    }
    // What a section lacks is perhaps what the key was meant to be.
    const repeated = seen.has(place) || (issue.code === 'custom' && sections.has(place));
    seen.add(place);
    if (repeated) return [];
    return [faultAt(issue, source)];
  });
}

/** Members that a sequence of the file holds more than once. */
export function repeatedMembers({ document, text, lineOf }: Source): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Seq(_key, sequence, above) {
      const seen = new Set<string>();
      const name = nameOf([...above, sequence]);
      // A rule is known by its code, of which that is said.
      if (name === 'rules') return;
      for (const member of sequence.items.filter(isNode)) {
        const value = JSON.stringify(member.toJS(document));
        if (seen.has(value)) {
          faults.push({
            where: lineOf(startOf(member)),
            what: `${name}: ${written(member, text)} is given more than once`,
          });
        }
        seen.add(value);
      }
    },
  });
  return faults;
}

function unknownKey(key: string, { path }: SchemaIssue, { document, lineOf }: Source): Fault {
  const section = nodeAt(document, path);
  const pair = isMap(section)
    ? section.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const where = lineOf(startOf(isNode(pair?.key) ? pair.key : section));
  const name = shortened([...path, key].join('.'));
  return { where, what: `${name}: unknown key`, hint: `Did you mean ${nearestKey(key, sectionOf(path))}?` };
}

/** Of a province that is called by its name, the code. */
function nearestKey(key: string, section: string): string {
  const known = KNOWN_KEYS[section] ?? [];
  if (section !== 'regions' && section !== 'weights') return closest(key, [...known]);
  const names = Object.entries(PROVINCES).map(
    ([code, name]) => [name.toLowerCase(), `${code} (${name})`] as const,
  );
  const words = new Map([...known.map((code) => [code, code] as const), ...names]);
  return words.get(closest(key.toLowerCase(), [...words.keys()])) ?? '';
}

/** The section at a path: its last name, whatever its place in a sequence. */
function sectionOf(path: readonly PropertyKey[]): string {
  return String(path.findLast((step) => typeof step === 'string') ?? '');
}

function faultAt(issue: Issue, { document, text, lineOf }: Source): Fault {
  const name = shortenedPath(issue.path);
  const node = nodeAt(document, issue.path);
  if (node === undefined) {
    const section = nodeAt(document, issue.path.slice(0, -1));
    const what = `${name} is missing: expected ${issue.message}`;
    const where = lineOf(startOf(section));
    return issue.path[0] === 'rules' ? { where, what } : { where, what, hint: WHY_NEEDED };
  }
  const where = lineOf(startOf(node));
  const what = `${name}: expected ${issue.message}, got ${foundAt(issue, node, text)}`;
  const hint = hintFor(issue, node, text);
  return hint === undefined ? { where, what } : { where, what, hint };
}

function foundAt(issue: Issue, node: Node, text: string): string {
  if (issue.code === 'disagreement' && issue.got !== undefined) return issue.got;
  // Of the right kind, and refused for what is in it.
  const isRefused = issue.code === 'custom' || issue.code === 'disagreement';
  return isRefused ? written(node, text) : shown(node, text);
}

function hintFor(issue: Issue, node: Node, text: string): string | undefined {
  const nearest = nearestValue(issue, node);
  if (nearest !== undefined) return `Did you mean ${nearest}?`;
  const isWanted = isScalar(node) && typeof node.value === 'number' && !issue.message.includes('number');
  if (!isWanted || !TEXTS.includes(sectionOf(issue.path))) return undefined;
  return `It is a text: write it in quotes, "${source(node, text)}".`;
}

/** For a word that is not of its vocabulary, the one of it that is nearest. */
function nearestValue(issue: Issue, node: Node): string | undefined {
  if (issue.code !== 'invalid_value' || !isScalar(node) || typeof node.value !== 'string') return undefined;
  const vocabulary = issue.values.map(String);
  const word = node.value.toUpperCase();
  const nearest = closest(
    word,
    vocabulary.map((known) => known.toUpperCase()),
  );
  return vocabulary.find((known) => known.toUpperCase() === nearest);
}

function nodeAt(document: Document.Parsed, path: readonly PropertyKey[]): Node | undefined {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? node : undefined;
}

function startOf(node: Node | undefined): number {
  return node?.range?.[0] ?? 0;
}

/** The path of the last of the nodes, each of which holds the next: `priority.0.employment_status`. */
function nameOf(nodes: readonly unknown[]): string {
  const steps = nodes.flatMap((node, at) => {
    if (isPair(node)) return isScalar(node.key) ? [String(node.key.value)] : [];
    const next = nodes[at + 1];
    return isSeq(node) && next !== undefined ? [String(node.items.indexOf(next))] : [];
  });
  return shortened(steps.join('.'));
}

/** A value in short: of a mapping or a sequence what it is, of anything else what stands there. */
function shown(node: Node, text: string): string {
  if (isCollection(node) && node.items.length > 0) return isMap(node) ? 'a mapping' : 'a sequence';
  return written(node, text);
}

/** A value as the file has it, on one line. */
function written(node: Node, text: string): string {
  if (isCollection(node) && node.items.length === 0)
    return isMap(node) ? 'an empty mapping' : 'an empty sequence';
  const [start, end] = node.range ?? [0, 0];
  return start === end ? 'nothing' : `\`${source(node, text)}\``;
}

function source(node: Node, text: string): string {
  const [start, end] = node.range ?? [0, 0];
  return shortened(text.slice(start, end).trim().replace(/\s+/g, ' '));
}

/** A long way down, its beginning and its end. */
function shortenedPath(path: readonly PropertyKey[]): string {
  const steps = path.map(String);
  return steps.length <= MOST_STEPS
    ? steps.join('.')
    : [...steps.slice(0, MOST_STEPS / 2), '…', ...steps.slice(-MOST_STEPS / 2)].join('.');
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
