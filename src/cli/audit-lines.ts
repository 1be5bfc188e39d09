/** What stands in the audit log as lines: one for each deed, and below it what is new about why and from where. */
import type { Entry } from '../audit/entry.ts';
import type { Deed } from '../audit/read.ts';
import type { ProcessAtWork } from '../wave/at-work.ts';
import { subjectWords } from './request-lines.ts';

const WIDTH = 100;
/** A blank at which no line is broken. */
const TOGETHER = '\u00a0';
/** A name that is longer has the columns after it stand further to the right. */
const LONGEST_NAME = 24;

/** @param atWork Tells what is under way from what was cut off. */
export function deedLines(deeds: readonly Deed[], atWork: readonly ProcessAtWork[]): string[] {
  const rows = deeds.map((deed) => rowOf(deed, atWork));
  const columns = [HEAD, ...rows.map(({ cells }) => cells)];
  const widths = HEAD.map((_, at) =>
    Math.min(LONGEST_NAME, Math.max(...columns.map((cells) => cells[at]?.length ?? 0))),
  );
  const line = (cells: readonly string[], rest: string) =>
    wrapped([...padded(cells, widths), rest].join('  '), widths);
  const sources = new Map<string, string>();
  return [
    ...line(HEAD, 'about, and what became of it'),
    ...rows.flatMap(({ cells, rest, entry }) => [
      ...line(cells, rest),
      ...news(entry, sources).flatMap((text) => wrapped(`${' '.repeat(indentOf(widths))}${text}`, widths)),
    ]),
  ];
}

const HEAD = ['entry', 'when (UTC)', 'who', 'what'] as const;

interface Row {
  readonly cells: readonly string[];
  readonly rest: string;
  /** The first. */
  readonly entry: Entry;
}

function rowOf(deed: Deed, atWork: readonly ProcessAtWork[]): Row {
  const [entry] = deed;
  const last = deed.at(-1) ?? entry;
  const time = entry.at.slice(0, 19).replace('T', ' ');
  const about = subjectWords(inShort(JSON.parse(last.subject) as object));
  return {
    cells: [String(entry.number), time, nameOf(entry), entry.action],
    rest: [about, became(last, atWork)].filter((part) => part !== '').join('  '),
    entry,
  };
}

function nameOf({ operator }: Entry): string {
  return operator ?? 'the program';
}

function became({ outcome, code, host, process: pid }: Entry, atWork: readonly ProcessAtWork[]): string {
  if (outcome !== 'begun') return code === null ? outcome : `${outcome}${TOGETHER}(${code})`;
  const isAtWork = atWork.some((process) => process.host === host && process.pid === pid);
  return (isAtWork ? 'under way' : 'under way or cut off').replaceAll(' ', TOGETHER);
}

/** Why; and from where, of the first deed of an operator and wherever it is another place than that of the one before. */
function news(entry: Entry, sources: Map<string, string>): string[] {
  const { account, host, login, address, reason } = entry;
  const source = `from ${account} on ${host}, login ${login}${address === null ? '' : `, address ${address}`}`;
  const isNew = sources.get(nameOf(entry)) !== source;
  sources.set(nameOf(entry), source);
  return [...(reason === null ? [] : [`why: ${reason}`]), ...(isNew ? [source] : [])];
}

/** The wave first; without hashes, what has members of its own, and what is not so. `--json` has all of it. */
function inShort(subject: object): object {
  const { wave, ...others } = subject as Readonly<Record<string, unknown>>;
  const shown = Object.entries({ ...(wave === undefined ? {} : { wave }), ...others }).filter(([, value]) =>
    isShort(value),
  );
  return Object.fromEntries(shown);
}

function isShort(value: unknown): boolean {
  if (typeof value === 'object') return Array.isArray(value) && value.length > 0;
  return value !== false && !(typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
}

function padded(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, at) => (at === 0 ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)));
}

/** Where `who` begins. */
function indentOf([number = 0, time = 0]: readonly number[]): number {
  return number + time + 4;
}

/** Broken at blanks where it is too long; what follows stands below `who`. */
function wrapped(text: string, widths: readonly number[]): string[] {
  const indent = indentOf(widths);
  const lines: string[] = [];
  let rest = text;
  while (rest.length > WIDTH) {
    const end = rest.lastIndexOf(' ', WIDTH);
    if (end <= indent) break;
    lines.push(rest.slice(0, end).trimEnd());
    rest = `${' '.repeat(indent)}${rest.slice(end).trimStart()}`;
  }
  return [...lines, rest.trimEnd()].map((line) => line.replaceAll(TOGETHER, ' '));
}
