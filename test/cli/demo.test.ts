/** The demo as a newcomer has it: nothing set but a home, and then the commands that it names, as they stand there. */
import { exec } from 'node:child_process';
import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { locate } from '../../src/embedded/place.ts';
import { type EmbeddedServer, joinEmbeddedServer } from '../../src/embedded/server.ts';
import { projectRoot } from '../../src/project-root.ts';
import { temporaryFolder } from '../support/installation.ts';

/** What someone has set who works on real waves. */
const REAL = { DATABASE_URL: 'postgres://127.0.0.1:1/real', GELOMBANG_NOTICES: '/real' };

const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');

let folder: string;
let home: string;
/** The demo's own, below the one that is set. */
let ownHome: string;
let server: EmbeddedServer;
let stdout: string;
let stderr: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = join(folder, "someone's home");
  ownHome = join(home, 'demo');
  // Held, so that it is not started and stopped by every command.
  server = await joinEmbeddedServer(ownHome);
  const env = { ...REAL, GELOMBANG_HOME: home };
  ({ stdout, stderr } = await shell(`node ${MAIN} demo --applicants 300`, env));
});

afterAll(async () => {
  const { directory, socketDirectory } = await locate(ownHome);
  await server.release();
  await rm(socketDirectory, { recursive: true, force: true });
  await rm(await realpath(directory), { recursive: true, force: true });
});

function shell(
  command: string,
  env: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  return promisify(exec)(command, { cwd: folder, env: { PATH: process.env.PATH, ...env } });
}

describe('the demo', () => {
  test('goes from files to results, in the embedded database', () => {
    expect(stderr).toContain('warning: the demo leaves DATABASE_URL and REDIS_URL alone');
    for (const stage of ['applicants.csv', 'match', 'draw', 'notify'])
      expect(stderr).toMatch(`${stage}: 100 %`);
    expect(stdout).toMatch(/^Wave 17 is published: \d+ accepted of \d+ applications\.$/m);
    expect(stdout).toMatch(/^rows_read +300 {2}█{40}$/m);
    expect(stdout).toMatch(/^results +.+out$/m);
  });

  test('names commands that work as they stand there', async () => {
    const commands = stdout.slice(stdout.indexOf('Try next:')).split('\n').slice(1).filter(Boolean);
    expect(commands).toHaveLength(4);
    for (const command of commands) {
      expect(command).toContain("someone'\\''s home/demo' ");
      const ended = await shell(command, REAL).catch((error: { code: number; stderr: string }) => error);
      expect(ended, command).not.toHaveProperty('code');
    }
  });

  test('keeps all of its own in a home of its own', async () => {
    expect(await readdir(home)).toEqual(['demo']);
    expect((await readdir(ownHome)).toSorted()).toEqual(expect.arrayContaining(['notices', 'wave-17']));
    expect(await readdir(join(ownHome, 'wave-17'))).toEqual(['in', 'out']);
  });

  test('leaves a database alone that holds waves of others', async () => {
    const sql = postgres(server.address);
    await sql`alter table wave disable trigger wave_guard`;
    await sql`update wave set policy = jsonb_set(policy::jsonb, '{name}', '"real"')::text`;
    const refused = shell(`node ${MAIN} demo --applicants 50`, { GELOMBANG_HOME: home });
    await expect(refused).rejects.toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holds waves that the demo did not make'),
    });
    await sql`update wave set policy = jsonb_set(policy::jsonb, '{name}', '"made-up-wave"')::text`;
    await sql`alter table wave enable trigger wave_guard`;
    await sql.end();
  });

  test('makes another wave when it is called again', async () => {
    const again = await shell(`node ${MAIN} demo --applicants 50 --json`, { GELOMBANG_HOME: home });
    expect(JSON.parse(again.stdout)).toMatchObject({ status: { wave: 18, state: 'published' } });
  });
});
