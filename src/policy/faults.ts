import { closest } from 'fastest-levenshtein';
import { type Document, isCollection, isMap, isNode, isPair, isScalar, isSeq, type Node, visit } from 'yaml';
import type { z } from 'zod';
import type { Fault } from '../errors.ts';
import { KNOWN_KEYS } from './schema.ts';

/** A policy file that could be parsed: its nodes, its text, and the place (`file:line`) of an offset into the text. */
export interface Source {
  readonly document: Document.Parsed;
  readonly text: string;
  readonly lineOf: (offset: number) => string;
}

type Issue = z.core.$ZodIssue;

const SHOWN = 40;
const WHY_NEEDED = 'It has no default: a rule that is left out by mistake must not admit anyone.';

/** The faults of a file by what its schema found: one for each place, and one for each unknown key. */
export function faultsOfIssues(issues: readonly Issue[], source: Source): Fault[] {
  const seen = new Set<string>();
  return issues.flatMap((issue) => {
    const place = JSON.stringify(issue.path);
    const repeated = seen.has(place);
    seen.add(place);
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, issue, source));
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

function unknownKey(key: string, { path }: Issue, { document, lineOf }: Source): Fault {
  const section = nodeAt(document, path);
  const pair = isMap(section)
    ? section.items.find((item) => isScalar(item.key) && item.key.value === key)
    : undefined;
  const where = lineOf(startOf(isNode(pair?.key) ? pair.key : section));
  const known = KNOWN_KEYS[String(path[0] ?? '')] ?? [];
  const hint = `Did you mean ${closest(key, [...known])}?`;
  const name = shortened([...path, key].join('.'));
  if (path[0] === 'priority')
    return { where, what: `${name}: not yet: a condition that this version does not know`, hint };
  return { where, what: `${name}: unknown key`, hint };
}

function faultAt(issue: Issue, { document, text, lineOf }: Source): Fault {
  const name = issue.path.join('.');
  const node = nodeAt(document, issue.path);
  if (node === undefined) {
    const section = nodeAt(document, issue.path.slice(0, -1));
    return {
      where: lineOf(startOf(section)),
      what: `${name} is missing: expected ${issue.message}`,
      hint: WHY_NEEDED,
    };
  }
  const where = lineOf(startOf(node));
  // Of the right kind, and refused for what is in it.
  const got = issue.code === 'custom' ? written(node, text) : shown(node, text);
  if (issue.message.startsWith('not yet')) return { where, what: `${name}: ${issue.message}, got ${got}` };
  const what = `${name}: expected ${issue.message}, got ${got}`;
  const nearest = nearestValue(issue, node);
  return nearest === undefined ? { where, what } : { where, what, hint: `Did you mean ${nearest}?` };
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
  return start === end ? 'nothing' : `\`${shortened(text.slice(start, end).trim().replace(/\s+/g, ' '))}\``;
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}
