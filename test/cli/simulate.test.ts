/** What a wave would have been under another policy, by the command alone. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { holdTable } from '../support/held-table.ts';
import { type Installation, installation, temporaryFolder } from '../support/installation.ts';
import { type Ended, runProgram, startProgram } from '../support/program.ts';
import { runWave, unguarded, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const PERSONAL = /\b\d{16}\b|\d{6}\*{6}\d{4}/;

let at: Installation;

beforeAll(async () => {
  at = await installation();
  await runWave(at, await waveFrom(INPUT));
});

function simulate(...args: readonly string[]): Promise<Ended> {
  return runHere(at, ['simulate', '17', ...args]);
}

describe('simulate', () => {
  test('says that a wave comes out as it did, when nothing is changed', async () => {
    const { code, stdout, stderr } = await runProgram(at, ['simulate', '17']);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^Wave 17 was played again, 44 applications; nothing of it is stored\.$/m);
    expect(stdout).toMatch(/exactly as it did, to the byte: 44 lines of results, and the pool\.$/m);
    expect(stdout).toMatch(/^pool root {2}[0-9a-f]{64}$/m);
    expect(stderr).toMatch(/^match: 100 %$/m);
    expect(stderr).toMatch(/^compare: 100 %$/m);
  });

  test('shows what changes, and writes who changes sides', async () => {
    const file = join(await temporaryFolder(), 'sides.csv');
    const { code, stdout } = await simulate('--set', 'quota=11', '--set', 'match.name=79', '--out', file);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +match\.name: 80 → 79\n +quota: 9 → 11$/m);
    expect(stdout).toMatch(/^ACCEPTED +9 +11 +\+2$/m);
    expect(stdout).toMatch(/^NAME_MISMATCH +2 +1 +−1$/m);
    expect(stdout).not.toMatch(/^KK_MISMATCH/m);
    expect(stdout).toContain(`applications change sides: they are in ${file}.`);
    const [header, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(header).toBe(
      'registration_no,outcome_before,outcome_after,reasons_before,reasons_after,tier_before,tier_after,rank_before,rank_after',
    );
    expect(lines.length).toBeGreaterThan(1);
    expect(`${stdout}${lines.join('\n')}`).not.toMatch(PERSONAL);
  });

  test('has all of it as one document, in snake_case and without a person in it', async () => {
    const ended = await simulate('--set', 'quota=11', '--wave-data', 'current', '--json');
    const document = documentOf(ended);
    expect(document).toMatchObject({
      ...{ wave: 17, wave_data: 'current', applications: 44, changed_sides: 2 },
      policy: { name: 'small-wave', changes: [{ key: 'quota', before: 9, after: 11 }] },
      held_against: { registry: { as_closed: true } },
      replay: { nothing_changed: false, identical: false },
    });
    expect(document.transitions).toContainEqual({ from: 'NOT_DRAWN', to: 'ACCEPTED', applications: 2 });
    expect(keysOf(document).filter((key) => !/^[a-z0-9_]+$/.test(key))).toEqual([]);
    expect(ended.stdout).not.toMatch(PERSONAL);
  });

  test('takes another policy file, and says all that is wrong with it or with what is set', async () => {
    const other = join(await temporaryFolder(), 'other.yaml');
    const text = await readFile(join(INPUT, 'policy.yaml'), 'utf8');
    await writeFile(other, text.replace('quota: 9', 'quota: 2').replace('max: 64', 'max: 40'));
    const { stdout } = await simulate('--policy', other, '--json');
    expect(JSON.parse(stdout).policy.changes).toEqual([
      { key: 'age.max', before: 64, after: 40 },
      { key: 'quota', before: 9, after: 2 },
    ]);
    const wrong = await simulate('--set', 'qouta=1', '--set', 'match.name=high', '--json');
    expect(wrong.code).toBe(3);
    expect(documentOf<ErrorDocument>(wrong).error.faults.map(({ where }) => where)).toEqual([
      '--set qouta=1',
      '--set match.name=high',
    ]);
    await writeFile(other, text.replace('quota: 9', 'quota: nine'));
    const refused = await simulate('--policy', other);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain('other.yaml:3');
  });

  test.each([
    ['--set quota', 2, /--set is `quota`: expected a key of the policy and its value/],
    ['--wave-data frosen', 2, /expected frozen or current \(did you mean frozen\?\)/],
    ['--out .', 3, /is a folder/],
    ['--set deny_lists=[nobody]', 3, /list nobody: none of this name is in force/],
  ])('refuses %s with %i', async (args, code, said) => {
    const ended = await simulate(...args.split(' '));
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(said);
    expect(ended.stderr).not.toMatch(/^ +at /m);
  });

  test('is refused for a wave that is open, with what to do first', async () => {
    await runHere(at, ['wave', 'open', '18', '--policy', join(INPUT, 'policy.yaml')]);
    const ended = await runHere(at, ['simulate', '18']);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toMatch(/^Close it first: .* wave close 18$/m);
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('stops by %s while a statement waits, and leaves no file', async (signal, code) => {
    const folder = await temporaryFolder();
    const held = await holdTable(at.database, 'registry_block', 'access exclusive');
    const program = startProgram(at, ['simulate', '17', '--out', join(folder, 'sides.csv')]);
    await held.reached();
    program.kill(signal);
    const ended = await program.ended();
    await held.release();
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain('the simulation was stopped');
    expect(await readdir(folder)).toEqual([]);
  });

  test('ends with 1 where a wave does not come out as it did, and names the lines', async () => {
    await unguarded(at.database, async (sql) => {
      await sql`
        update pool set lines = convert_to(replace(convert_from(lines, 'UTF8'), ',0,31', ',1,31'), 'UTF8')`;
    });
    const ended = await simulate('--json');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^error: wave 17 does not come out as it did: 1 line differ$/m);
    expect(ended.stderr).toMatch(/^ {2}KK-FULL: another line in pool\.csv$/m);
    expect(documentOf(ended)).toMatchObject({ replay: { identical: false }, error: { code: 'UNEXPECTED' } });
    expect(ended.stdout + ended.stderr).not.toMatch(PERSONAL);
  });
});
