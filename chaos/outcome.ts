/** What a wave has come to: its published files, its outbox, its ledger; and how two of these differ. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files whose bytes are compared. What else is exported tells of times. */
const COMPARED = ['results.csv', 'pool.csv', 'accepted.csv', 'rejects.csv', 'funnel.csv'] as const;
const MOST_SHOWN = 3;

export interface Outcome {
  /** File → SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Every line of every file of notices, sorted. */
  readonly notices: readonly string[];
  /** Every step: stage, part, bounds, state, counts, digest. */
  readonly ledger: readonly string[];
  /** Names of all files that are left, without those of the database. */
  readonly left: readonly string[];
}

/** What the ledger says of a wave, a line a step. */
export const LEDGER = `select stage || ' ' || part || ' ' || coalesce(lower, '-') || ' ' || coalesce(upper, '-') || ' ' ||
    state || ' ' || coalesce(counts::text, '-') || ' ' || coalesce(digest, '-') as line
  from step order by wave_id, stage, part`;

/** Of an exported folder. */
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const digests = COMPARED.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash('sha256').update(bytes).digest('hex')] as const;
  });
  return Object.fromEntries(await Promise.all(digests));
}

/** Lines of all files of notices below the folder; none where there is none. */
export async function noticesIn(folder: string): Promise<string[]> {
  const names = (await filesBelow(folder)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').filter(Boolean)).sort();
}

/** Paths from the folder on, sorted; folders are not among them. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
}

/** Each difference as a sentence; none where the wave came to the same. */
export function differencesOf(found: Outcome, expected: Outcome): string[] {
  const files = Object.keys(expected.files)
    .filter((name) => found.files[name] !== expected.files[name])
    .map(
      (name) =>
        `${name} differs: ${found.files[name]?.slice(0, 12)}, not ${expected.files[name]?.slice(0, 12)}`,
    );
  return [
    ...files,
    ...noticeDifferences(found.notices, expected.notices),
    ...lineDifferences('the ledger', found.ledger, expected.ledger),
    ...found.left.filter((name) => !expected.left.includes(name)).map((name) => `left behind: ${name}`),
  ];
}

function noticeDifferences(found: readonly string[], expected: readonly string[]): string[] {
  const twice = found.filter((line, at) => line === found[at - 1]).length;
  return [
    ...(twice > 0 ? [`${twice} notices are there twice`] : []),
    // Of a notice only its number: the line holds an address.
    ...lineDifferences('the outbox', found.map(numberIn), expected.map(numberIn)),
    ...(twice === 0 && found.length === expected.length && found.join() !== expected.join()
      ? ['notices say something else']
      : []),
  ];
}

function numberIn(line: string): string {
  return /"registration_no":"([^"]*)"/.exec(line)?.[1] ?? 'a line that is no notice';
}

function lineDifferences(what: string, found: readonly string[], expected: readonly string[]): string[] {
  const more = without(found, expected);
  const less = without(expected, found);
  if (more.length + less.length === 0) return [];
  return [
    `${what}: ${more.length} lines too many, ${less.length} missing`,
    ...more.slice(0, MOST_SHOWN).map((line) => `  + ${line}`),
    ...less.slice(0, MOST_SHOWN).map((line) => `  - ${line}`),
  ];
}

function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count < 1;
  });
}
