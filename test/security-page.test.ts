/** The page on security names, for each line of defence, the test that holds it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../src/config.ts';

test('each line of defence has a test that is there', async () => {
  const page = await readFile(join(projectRoot(), 'docs', 'security.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\|.*`test\//.test(line));
  const named = rows.map((line) => /`(test\/[\w/-]+\.test\.ts)` +\|$/.exec(line)?.[1] ?? line);
  expect(named.length).toBeGreaterThan(25);
  expect(named.filter((path) => !existsSync(join(projectRoot(), path)))).toEqual([]);
});
