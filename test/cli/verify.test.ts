/** `verify` and `verify --one` as they are called, on folders that nobody's database has written. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { temporaryFolder } from '../support/installation.ts';
import { type Export, exportOf, FULL, writeExport } from '../verify/export-builder.ts';
import { documentOf, type ErrorDocument, keysOf } from './document.ts';

const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');
const hasTools = ['printf', 'xxd', 'sha256sum'].every(
  (tool) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0,
);

interface Computed {
  readonly hash: string;
  readonly command: string;
}
interface OneDocument {
  readonly pool: {
    readonly leaf: Computed;
    readonly path: readonly { readonly side: string; readonly gives: string; readonly command: string }[];
    readonly seed: { readonly pool_root: string; readonly seed: string; readonly command: string };
    readonly tickets: readonly Computed[];
    readonly draw: string;
  } | null;
  readonly result: {
    readonly outcome: string;
    readonly reasons: readonly string[];
    readonly rank: number | null;
  };
}

let folder: string;
let base: string;
const wave: Export = exportOf(FULL);
beforeAll(async () => {
  base = await temporaryFolder();
  folder = join(base, 'wave-17');
  await writeExport(folder, wave);
});

/** Without a database, and with nothing of the tester's. */
function verify(...args: readonly string[]) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
    NO_COLOR: '1',
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'verify', ...args], {
    encoding: 'utf8',
    env,
  });
  return { code: status, stdout, stderr };
}

function shell(command: string): string {
  return execFileSync('sh', ['-c', command], { encoding: 'utf8' }).split(' ')[0] ?? '';
}

describe('verify', () => {
  test('says what it checked, what the entropy is worth, and that all follows', () => {
    const { code, stdout } = verify(folder);
    expect(code).toBe(0);
    expect(stdout).toContain('✓ entropy: a secret, the one committed to by its SHA-256 (a weaker kind');
    expect(stdout).toMatch(/follow from the pool, the policy and the entropy\.\n$/);
  });

  test('says in its document where the entropy comes from and that the wave counts', () => {
    const document = documentOf(verify(folder, '--json'));
    expect(document).toMatchObject({ verified: true, entropy_source: 'secret', voided: null });
  });

  test('says of a wave that is void since when and why', async () => {
    const voided = join(base, 'void');
    const { draw, tables } = exportOf(FULL);
    await writeExport(voided, {
      tables,
      draw: { ...draw, voided: { at: '2021-05-01T00:00:00.000Z', reason: 'a list was missing' } },
    });
    expect(verify(voided).stdout).toMatch(
      /Wave 17 is void since 2021-05-01 00:00:00 UTC and does not count: a list was missing\n$/,
    );
  });
});

describe('verify --one', () => {
  test.skipIf(!hasTools)(
    hasTools
      ? 'gives commands that a shell computes the same hashes with, up to the root and to the draw'
      : 'gives commands for a shell (skipped: printf, xxd or sha256sum is missing)',
    () => {
      const { pool } = documentOf<OneDocument>(verify(folder, '--one', 'PRJ-006', '--json'));
      expect(pool).not.toBeNull();
      if (pool === null) return;
      expect(shell(pool.leaf.command)).toBe(pool.leaf.hash);
      const nodes = pool.path.map(({ command }) => shell(command));
      expect(nodes).toEqual(pool.path.map(({ gives }) => gives));
      expect(nodes.at(-1)).toBe(wave.draw.pool_root);
      expect(shell(pool.seed.command)).toBe(wave.draw.seed);
      const tickets = pool.tickets.map(({ command }) => shell(command));
      expect(tickets).toEqual(pool.tickets.map(({ hash }) => hash));
      expect([...tickets].sort()[0]).toBe(pool.draw);
    },
  );

  test('shows each command above the hash that it gives', () => {
    const { code, stdout } = verify(folder, '--one', 'prj-006');
    expect(code).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim());
    const { pool } = documentOf<OneDocument>(verify(folder, '--one', 'PRJ-006', '--json'));
    for (const { hash, command } of [pool?.leaf, ...(pool?.tickets ?? [])].flatMap((each) => each ?? []))
      expect(lines[lines.indexOf(command) + 1]).toBe(hash);
    expect(stdout).toMatch(/results\.csv:7 says \w+, tier 0, rank \d\.\n$/);
  });

  test('gives outcome and reasons of someone who is not in the pool', () => {
    const { stdout } = verify(folder, '--one', 'PRJ-021');
    expect(stdout).toContain('PRJ-021 is not in the pool of wave 17.');
    expect(stdout).toMatch(/results\.csv:13 says INELIGIBLE:\n {2}AGE_OUT_OF_RANGE\n {2}ON_LIST:dtks\n$/);
    expect(documentOf(verify(folder, '--one', 'PRJ-021', '--json'))).toMatchObject({
      verified: true,
      pool: null,
      result: {
        outcome: 'INELIGIBLE',
        reasons: ['AGE_OUT_OF_RANGE', 'ON_LIST:dtks'],
        tier: null,
        rank: null,
      },
    });
  });

  test('has no NIK in it, masked or not', () => {
    for (const no of ['PRJ-006', 'PRJ-021'])
      expect(verify(folder, '--one', no).stdout).not.toContain('317101');
  });

  test('has a document with keys in snake_case', () => {
    for (const key of keysOf(documentOf(verify(folder, '--one', 'PRJ-006', '--json'))))
      expect(key).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
  });

  test('refuses a number that is nowhere', () => {
    const { code, stdout } = verify(folder, '--one', 'PRJ-999', '--json');
    expect(code).toBe(3);
    expect(documentOf<ErrorDocument>({ stdout }).error).toMatchObject({
      code: 'INPUT_REFUSED',
      message: 'PRJ-999 is neither in the results nor in the pool',
    });
  });
});
