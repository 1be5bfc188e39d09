/** SIGINT and SIGTERM in the middle of what a command does. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { runHere } from '../support/commands.ts';
import { type HeldTable, holdTable, until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Program, runProgram, startProgram } from '../support/program.ts';
import { openAndImport, waveFrom } from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const SIGNALS = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const;

let at: Installation;
let held: HeldTable | undefined;

beforeAll(async () => {
  at = await installation();
  await openAndImport(at, await waveFrom(INPUT));
});

afterAll(async () => {
  await held?.release();
});

/** Begins a command and lets it come to where it waits for a table. */
async function startUntil(table: string, line: string): Promise<Program> {
  held = await holdTable(at.database, table);
  const program = startProgram(at, line.split(' '));
  await Promise.race([held.reached(), program.ended().then(failEarly)]);
  return program;
}

function failEarly({ code, stderr }: { code: number | undefined; stderr: string }): never {
  throw new Error(`the command ended with ${code} before it could be stopped: ${stderr}`);
}

async function release(): Promise<void> {
  await held?.release();
  held = undefined;
}

/** Nothing of the program's is connected any more but what the test itself has. */
async function expectNobodyWaits(): Promise<void> {
  await until(async () => {
    const waiting = await at.database.sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    return waiting.length === 0;
  });
}

describe.each(SIGNALS)('%s', (signal, exitCode) => {
  test('stops an import in the middle of a statement, and leaves nothing of it', async () => {
    await at.database.sql`delete from import_file where wave_id = 18`;
    await runHere(at, ['wave', 'open', '18', '--policy', `${INPUT}/policy.yaml`]);
    const program = await startUntil(
      'application_block',
      `import applicants ${INPUT}/applicants.csv --wave 18`,
    );
    program.kill(signal);
    const { code, stderr } = await program.ended();
    expect(code).toBe(exitCode);
    expect(stderr).toMatch(/Nothing of it was kept\. Run the command again\.\n$/);
    await expectNobodyWaits();
    await release();
    expect(await at.database.sql`select 1 from import_file where wave_id = 18`).toHaveLength(0);
  });

  test('stops the close of a wave in the middle of a step, and it can be gone on with', async () => {
    const program = await startUntil('stage_block', 'wave close 17 --json');
    program.kill(signal);
    const ended = await program.ended();
    expect(ended.code, ended.stderr).toBe(exitCode);
    expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
      code: 'INTERRUPTED',
      next: 'Nothing is lost. Go on with: gelombang wave close 17',
    });
    await expectNobodyWaits();
    await release();
    const { stdout } = await runHere(at, 'wave status 17 --json');
    expect(JSON.parse(stdout)).toMatchObject({ state: 'closing', steps_failed: [] });
  });

  test('stops a worker that waits for work', async () => {
    const worker = startProgram(at, ['worker', '--json']);
    await until(() => worker.stderr().includes('worker.started'));
    worker.kill(signal);
    const ended = await worker.ended();
    expect(ended.code, ended.stderr).toBe(exitCode);
    expect(documentOf<ErrorDocument>(ended).error.code).toBe('INTERRUPTED');
    expect(ended.stderr).toContain(`Stopped by ${signal}`);
  });
});

describe('afterwards', () => {
  test('the wave is closed by the same command', async () => {
    const { code, stdout } = await runProgram(at, ['wave', 'close', '17']);
    expect(code).toBe(0);
    expect(stdout).toContain('Wave 17 is published');
  });

  test.each(SIGNALS)('%s stops an export, and no file of it stays', async (signal, exitCode) => {
    held = await holdTable(at.database, 'result_block', 'access exclusive');
    const folder = join(at.folder, 'stopped');
    const program = startProgram(at, ['export', '17', '--out', folder]);
    await Promise.race([held.reached(), program.ended().then(failEarly)]);
    program.kill(signal);
    const { code, stderr } = await program.ended();
    expect(code).toBe(exitCode);
    expect(stderr).toContain('Nothing of it was kept');
    await release();
    expect(await readdir(at.folder)).not.toContain('stopped');
  });

  test('a second signal ends a command at once', async () => {
    await runHere(at, ['wave', 'open', '19', '--policy', `${INPUT}/policy.yaml`]);
    held = await holdTable(at.database, 'wave', 'access exclusive');
    const program = startProgram(at, ['wave', 'status', '19']);
    await Promise.race([held.reached(), program.ended().then(failEarly)]);
    program.kill('SIGINT');
    await until(() => program.stderr().includes('once more to stop at once'));
    program.kill('SIGINT');
    expect((await program.ended()).code).toBe(130);
    await release();
  });
});
