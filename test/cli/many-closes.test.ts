/** Hundreds of closes at once: one draw, and all others are told who is at it, or was. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GelombangError } from '../../src/errors.ts';
import { projectRoot } from '../../src/project-root.ts';
import { beginClose } from '../../src/wave/close.ts';
import { installation } from '../support/installation.ts';
import { startProgram } from '../support/program.ts';
import { openAndImport, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const CALLS = 200;
const AT_ONCE = 20;
const PROGRAMS = 3;

test('have one run and one draw', async () => {
  const at = await installation();
  await openAndImport(at, await waveFrom(INPUT));
  const programs = Array.from({ length: PROGRAMS }, () =>
    startProgram(at, ['wave', 'close', '17', '--json']),
  );
  const request = { waveId: 17, entropy: undefined, withoutUnfinished: false, empty: false };
  const codes = new Set<unknown>();
  let led = 0;
  let left = CALLS;
  const call = async () => {
    while (left-- > 0) {
      const run = await beginClose(at.database, request, at.log).catch((error: GelombangError) => error);
      if (run instanceof Error) {
        expect(run.concerns).toMatchObject({ wave: 17 });
        codes.add(run.code);
        continue;
      }
      led += 1;
      await run.release();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, call));
  const ended = await Promise.all(programs.map((program) => program.ended()));
  for (const program of ended) {
    expect([0, 4], program.stderr).toContain(program.code);
    if (program.code === 4) expect(documentOf<ErrorDocument>(program).error.message).toMatch(/run \d+/);
  }
  expect([...codes]).toEqual(['CONFLICT']);
  expect(led + ended.filter(({ code }) => code === 0).length).toBeGreaterThan(0);
  const last = await startProgram(at, ['wave', 'close', '17']).ended();
  expect([0, 4]).toContain(last.code);
  const [found] = await at.database.sql`
    select (select count(*)::int from run) as runs, state, seed is not null as drawn from wave where id = 17`;
  expect(found).toEqual({ runs: 1, state: 'published', drawn: true });
});
