/** The demo as a newcomer has it: nothing set but a home, and then the commands that it names, as they stand there. */
import { exec } from 'node:child_process';
import { realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.ts';
import { locate } from '../../src/embedded/place.ts';
import { type EmbeddedServer, joinEmbeddedServer } from '../../src/embedded/server.ts';
import { temporaryFolder } from '../support/installation.ts';

const MAIN = join(projectRoot(), 'dist', 'src', 'cli', 'main.js');

let folder: string;
let home: string;
let server: EmbeddedServer;
let stdout: string;
let stderr: string;

beforeAll(async () => {
  folder = await temporaryFolder();
  home = join(folder, "someone's home");
  // Held, so that it is not started and stopped by every command.
  server = await joinEmbeddedServer(home);
  const env = { GELOMBANG_HOME: home, DATABASE_URL: 'postgres://127.0.0.1:1/real' };
  ({ stdout, stderr } = await shell(`node ${MAIN} demo --applicants 300`, env));
});

afterAll(async () => {
  const { directory, socketDirectory } = await locate(home);
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
      expect(command).toContain('GELOMBANG_HOME=');
      const env = { DATABASE_URL: 'postgres://127.0.0.1:1/real' };
      const ended = await shell(command, env).catch((error: { code: number; stderr: string }) => error);
      if (command.includes('import applicants')) {
        expect(ended).toMatchObject({
          code: 4,
          stderr: expect.stringContaining('no application comes in any more'),
        });
      } else {
        expect(ended, command).not.toHaveProperty('code');
      }
    }
  });

  test('makes another wave when it is called again', async () => {
    const again = await shell(`node ${MAIN} demo --applicants 50 --json`, { GELOMBANG_HOME: home });
    expect(JSON.parse(again.stdout)).toMatchObject({ status: { wave: 18, state: 'published' } });
  });
});
