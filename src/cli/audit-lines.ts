/** Entries of the audit log as lines. */
import type { Entry } from '../audit/entry.ts';
import { subjectWords } from './request-lines.ts';
import { moment } from './words.ts';

/** Hex digits of a hash that are shown: with `--json` there are all of them. */
const SHOWN_DIGITS = 12;

/** One for what was done; below it from where and why, where it is the first entry about it. */
export function entryLines(entry: Entry): string[] {
  const { number, at, operator, action, outcome, began, code, subject } = entry;
  const end = `${outcome}${code === null ? '' : ` (${code})`}${began === null ? '' : `, begun with ${began}`}`;
  const about = subjectWords(inShort(JSON.parse(subject) as object));
  const said = [moment(at), operator ?? 'the program', action, about, end].filter((part) => part !== '');
  return [`${String(number).padStart(6)}  ${said.join('  ')}`, ...(began === null ? [whence(entry)] : [])];
}

function whence({ account, host, process: pid, login, address, reason }: Entry): string {
  const from = `${account} on ${host}, process ${pid}, database login ${login}`;
  const where = address === null ? '' : ` from ${address}`;
  return `        ${from}${where}${reason === null ? '' : `; why: ${reason}`}`;
}

/** The wave first, hashes by their beginning, and nothing that has members of its own. */
function inShort(subject: object): object {
  const { wave, ...others } = subject as Readonly<Record<string, unknown>>;
  const shown = Object.entries({ ...(wave === undefined ? {} : { wave }), ...others }).flatMap(
    ([name, value]) => {
      if (typeof value === 'object' && !(Array.isArray(value) && value.length > 0)) return [];
      const isHash = typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
      return [[name, isHash ? `${value.slice(0, SHOWN_DIGITS)}…` : value] as const];
    },
  );
  return Object.fromEntries(shown);
}
