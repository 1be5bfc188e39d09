/** `dukcapil-stub`: a service to try waves against, until it is stopped. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { projectRoot } from '../../src/project-root.ts';
import { until } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Program, startProgram } from '../support/program.ts';
import { documentOf } from './document.ts';

const NOWHERE = { DATABASE_URL: 'postgres://someone:geheim@127.0.0.1:1/nothing' };
const REGISTRY = join(projectRoot(), 'fixtures', 'small-wave', 'in', 'registry.csv');
const NIK = '3171011708880001';

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

function start(line: string): Program {
  return startProgram(at, ['dukcapil-stub', '--registry', REGISTRY, ...line.split(' ')], NOWHERE);
}

/** In this process: for what does not come as far as to answer. */
function read(words: readonly string[]): Promise<unknown> {
  const program = createProgram(new AbortController().signal);
  return program.parseAsync(['dukcapil-stub', ...words], { from: 'user' });
}

/** What is between the quotes or after the `=` of a line that sets something. */
function settingsIn(text: string): Record<string, string> {
  const lines = text.matchAll(/^export (DUKCAPIL_\w+)='?([^'\n]*)'?$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name ?? '', value ?? '']));
}

async function call(settings: Readonly<Record<string, string>>): Promise<string> {
  const { DUKCAPIL_URL = '', DUKCAPIL_USER_ID, DUKCAPIL_PASSWORD, DUKCAPIL_IP_USER } = settings;
  const body = JSON.stringify({
    ...{ USER_ID: DUKCAPIL_USER_ID, PASSWORD: DUKCAPIL_PASSWORD, IP_USER: DUKCAPIL_IP_USER },
    ...{ TRESHOLD: '80', NIK, NO_KK: '3171010501110001' },
  });
  const response = await fetch(DUKCAPIL_URL, { method: 'POST', body });
  return response.text();
}

describe('dukcapil-stub', () => {
  test('prints the settings that it is called with, tells how it was called without a NIK, and ends in order', async () => {
    const program = start(`--quota 3 --code ${NIK}=12 --user tester --latency 1-5 --hours 00:00-23:59`);
    await until(() => program.stdout().includes('IP_USER'));
    const settings = settingsIn(program.stdout());
    expect(settings).toMatchObject({ DUKCAPIL_USER_ID: 'tester', DUKCAPIL_PASSWORD: /stand-in/ });
    expect(settings.DUKCAPIL_URL).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/dukcapil\/get_json\/PRAKERJA\//);
    expect(await call(settings)).toMatch(/"NO_KK":"Sesuai".*"RESPONSE_CODE":"12".*"quotaLimiter":2/);
    program.kill('SIGINT');
    const { code, stdout, stderr } = await program.ended();
    expect(code).toBe(130);
    expect(stderr).toContain('Answering for 45 people.');
    expect(stderr).toContain('1 call, 1 answered, 2 left today');
    expect(stdout + stderr).not.toContain(NIK);
  });

  test('has one document with --json, there as soon as it is ready, and no other as it ends', async () => {
    const program = start('--json --fault html=1');
    await until(() => program.stdout().endsWith('}\n'));
    const { url } = documentOf<{ url: string }>({ stdout: program.stdout() });
    expect(await call({ DUKCAPIL_URL: url })).toContain('<!DOCTYPE html>');
    program.kill('SIGTERM');
    const ended = await program.ended();
    expect(ended.code).toBe(143);
    expect(documentOf(ended)).toEqual({
      url,
      user_id: 'stand-in-user',
      password: 'stand-in-password',
      ip_user: '10.0.0.1',
      people: 45,
    });
  });

  test('refuses a port that another program has', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, stderr } = await start(`--port ${port}`).ended();
    other.close();
    expect(code).toBe(3);
    expect(stderr).toContain(`port ${port} cannot be listened on: another program has it`);
  });

  test('refuses a registry that has nobody', async () => {
    const registry = join(at.folder, 'nobody.csv');
    await writeFile(registry, `nik,kk,full_name,birth_date,sex,status\n${NIK},,Bagas,1988-17-08,L,ACTIVE\n`);
    await expect(read(['--registry', registry])).rejects.toMatchObject({ code: 'INPUT_REFUSED' });
  });

  test.each([
    ['--fault hlaf=0.1', '(did you mean half?)'],
    ['--fault half=1.1', '--fault is `half=1.1`: expected a kind and its share'],
    ['--fault half=0.6 --fault cut=0.6', 'all together 1 at the most'],
    ['--hours 6-22', 'expected two times of the day'],
    ['--latency 80-20', 'expected milliseconds up to 600,000'],
    [`--code ${NIK}=1`, 'expected a NIK and the two digits'],
    ['--day-begins 24:00', 'expected a time of the day'],
    ['--rate 0', 'expected a number of calls'],
  ])('takes `%s` for wrong usage', async (line, said) => {
    const usage = { code: 'USAGE', message: expect.stringContaining(said) };
    await expect(read(['--registry', REGISTRY, ...line.split(' ')])).rejects.toMatchObject(usage);
  });
});
