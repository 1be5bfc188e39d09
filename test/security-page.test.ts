/** The page on security names, for each line of defence, the tests that fail when it falls. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../src/project-root.ts';

/** As it stands in the page: a file, perhaps a group, and the title of a test, as they are written in the file. */
const NAMED = /^`(test\/[\w/-]+\.test\.ts) › (.+)`$/;

const read = (path: string) => readFileSync(join(projectRoot(), path), 'utf8');

const tables = read('docs/security.md').split(/^\| line of defence .*\n.*\n/m);
const lines = tables
  .slice(1)
  .flatMap((table) => table.split(/\n(?!\|)/, 1)[0]?.split('\n') ?? [])
  .map((row) => row.split(' | ').map((cell) => cell.replace(/^\||\|$/g, '').trim()));

/** That a group or test is called so: the title is the first of what a call is given. */
function hasTitle(source: string, title: string): boolean {
  const literal = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`\\(\\s*(['"\`])${literal}\\1,`).test(source);
}

test('the page has lines of defence against everybody whom it names', () => {
  expect(tables.length).toBeGreaterThan(5);
  expect(lines.length).toBeGreaterThan(30);
});

test('a title is found as the first of what a call is given, and nowhere else', () => {
  expect(hasTitle("test.each([1])(\n  'of $what',\n", 'of $what')).toBe(true);
  expect(hasTitle("expect(said).toBe('a title', 'a title');", 'title')).toBe(false);
  expect(hasTitle("// test('a title')", 'a title')).toBe(false);
});

describe('held by tests that are there:', () => {
  test.each(lines)('%s', (_, cell = '') => {
    for (const named of cell.split('<br>')) {
      const [, path = '', titles = ''] = NAMED.exec(named) ?? [];
      expect(path, named).not.toBe('');
      const source = read(path);
      expect(titles.split(' › ').filter((title) => !hasTitle(source, title))).toEqual([]);
    }
  });
});
