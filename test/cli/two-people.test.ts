/** One asks and another one approves: by their commands, with a login of the database each. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runHere } from '../support/commands.ts';
import { holdTable } from '../support/held-table.ts';
import { type Installation, installation } from '../support/installation.ts';
import { importNiks, niksOf } from '../support/lists.ts';
import { urlForAnotherLogin } from '../support/logins.ts';
import { unpastable } from '../support/pasted.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { madeUpWave, open, openAndImport, unguarded } from '../support/wave.ts';
import { documentOf } from './document.ts';

let at: Installation;
let budis: { readonly url: string; readonly login: string };

beforeAll(async () => {
  at = await installation();
  budis = await urlForAnotherLogin(at.url);
  await openAndImport(at, await madeUpWave({ applicants: 40, seed: 3 }));
});

const siti = (line: string | readonly string[], settings = {}): Promise<Ended> =>
  runHere(at, line, { GELOMBANG_OPERATOR: 'Siti', ...settings });
const budi = (line: string): Promise<Ended> =>
  runHere(at, line, { GELOMBANG_OPERATOR: 'Budi', DATABASE_URL: budis.url });

/** Who owns the tables. */
const dewi = (line: string): Promise<Ended> =>
  runHere(at, line, { GELOMBANG_OPERATOR: 'Dewi', DATABASE_URL: at.ownerUrl });

async function asked(line: string): Promise<number> {
  const { code, stderr } = await siti(line);
  expect(code, stderr).toBe(5);
  return Number(/request (\d+)/.exec(stderr)?.[1]);
}

async function done(ended: Promise<Ended>): Promise<Ended> {
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  return ended;
}

const out = (name: string) => join(at.folder, name);

async function drawOf(folder: string) {
  return JSON.parse(await readFile(join(folder, 'draw.json'), 'utf8'));
}

/** A version of another list that is held. */
async function heldVersion(): Promise<number> {
  await importNiks(at, niksOf(10), { name: 'asn' });
  const { version, held_for } = await importNiks(at, niksOf(60), { name: 'asn' });
  expect(held_for).not.toBeNull();
  return version;
}

describe('as long as nobody has said how many people it takes', () => {
  test('one decides, and is told that it can be two', async () => {
    const { stderr } = await done(siti(`list release ${await heldVersion()}`));
    expect(stderr).toContain(
      'warning: one person decides alone here, and nobody has said that it is to be so',
    );
    expect((await siti('installation show')).stdout).toContain('nobody has said');
  });

  test('and once it is said that one decides, without a word', async () => {
    await done(dewi('installation people one'));
    // A list that the policy of the wave names.
    const { version } = await importNiks(at, niksOf(300));
    expect((await done(siti(`list release ${version}`))).stderr).not.toContain('alone');
  });
});

describe('where it takes two', () => {
  beforeAll(async () => {
    await done(dewi('installation people two'));
  });

  test('what one asks for is asked once, approved by another, and done once', async () => {
    await importNiks(at, niksOf(10), { name: 'polri' });
    const { version } = await importNiks(at, niksOf(60), { name: 'polri' });
    const request = await asked(`list release ${version}`);
    const again = await siti(`list release ${version}`);
    expect(again.stderr).toContain(`asked before: request ${request} waits still`);
    expect(again.stderr).toMatch(new RegExp(` request approve ${request}$`, 'm'));
    expect((await siti('request list')).stdout).toContain(`list.release, version ${version}, asked by Siti`);

    const alone = await siti(`request approve ${request}`);
    expect(alone).toMatchObject({ code: 4, stderr: expect.stringContaining('another person decides on it') });
    const sameLogin = await runHere(at, `request approve ${request}`, { GELOMBANG_OPERATOR: 'Budi' });
    expect(sameLogin).toMatchObject({ code: 4, stderr: expect.stringContaining('the database login') });
    const { stdout } = await done(budi(`request approve ${request}`));
    expect(stdout).toContain(`list release ${version}`);
    expect((await budi(`request refuse ${request} --reason late`)).code).toBe(4);

    await done(siti(`list release ${version}`));
    expect((await siti('request list')).stdout).toBe('No request waits.\n');
    expect((await siti('request list --all')).stdout).toMatch(
      new RegExp(`approved .* by Budi, with the login ${budis.login}`),
    );
    expect((await siti(`list release ${version}`)).code).toBe(4);
  });

  test('a version that is held is discarded by two as it is released by two', async () => {
    const { version } = await importNiks(at, niksOf(700));
    const request = await asked(`list discard ${version} --reason longer`);
    expect((await siti('list versions dtks')).stdout).toMatch(/HELD .* 700 entries/);
    const { stdout } = await done(budi(`request approve ${request}`));
    expect(stdout).toContain(`list discard ${version} --reason longer`);
    await done(siti(`list discard ${version}`));
  });

  test('what cannot be done is not asked for', async () => {
    expect((await siti('list release 99')).code).toBe(3);
    expect((await siti('list discard 99')).code).toBe(3);
    expect((await siti('wave void 99 --reason mistake')).code).toBe(3);
    expect((await siti('export 17 --out x --unmasked')).code).toBe(4);
    expect((await siti('request list')).stdout).toBe('No request waits.\n');
  });

  test('whoever approves is shown the whole command that asked, of the last time that it did', async () => {
    await open(at, { ...(await madeUpWave({ applicants: 40, seed: 3 })), waveId: 18 });
    const line = 'wave close 18 --with-unverified --empty';
    const request = await asked(`${line} --without-unfinished --reason waited`);
    expect(await asked(`${line} --hold-notices --entropy ${'ab'.repeat(32)} --reason again`)).toBe(request);
    const { stdout } = await done(budi(`request approve ${request}`));
    const [next = ''] = /wave close .*/.exec(stdout) ?? [];
    expect(unpastable(`gelombang ${next}`)).toEqual([]);
    expect(next).toBe('wave close 18 --with-unverified --entropy HEX --empty --hold-notices --reason again');
  });

  test('a wave is closed without all answers by two, and its export says so', async () => {
    const line = ['wave', 'close', '17', '--with-unverified', '--json'];
    const settings = { GELOMBANG_OPERATOR: 'Siti' };
    const first = await runProgram(at, line, settings);
    expect(first.code, first.stderr).toBe(5);
    expect(documentOf(first)).toMatchObject({ error: { code: 'UNKNOWNS_LEFT' } });
    const status = documentOf<{ state: string; requests: { request: number }[] }>(
      await siti('wave status 17 --json'),
    );
    expect(status).toMatchObject({
      state: 'open',
      requests: [{ action: 'wave.close.unverified', asked_by: 'Siti' }],
    });
    expect((await siti('wave status 17')).stdout).toContain('asked by Siti');
    await done(budi(`request approve ${status.requests[0]?.request}`));
    await done(runProgram(at, line, settings));
    await done(siti(`export 17 --out ${out('masked')}`));
    const { people, decided_by } = await drawOf(out('masked'));
    expect({ people, decided_by }).toEqual({
      people: 'two',
      decided_by: { unverified: 'two', review: null, void: null, unmasked: null },
    });
  });

  test('an export says what was decided on held versions of its lists, when, and by how many', async () => {
    const { lists } = await drawOf(out('masked'));
    const decisionsOn = (name: string) =>
      lists.find((list: { name: string }) => list.name === name).decisions;
    const [held_for, decided_at] = [expect.stringMatching(/^\d+ entries, /), expect.stringMatching(/Z$/)];
    const version = expect.any(Number);
    expect(decisionsOn('dtks')).toEqual([
      { version, held_for, decision: 'released', decided_at, decided_by: 'one' },
      { version, held_for, decision: 'discarded', decided_at, decided_by: 'two' },
    ]);
    expect(decisionsOn('kemnaker')).toEqual([]);
  });

  test('whole NIKs are exported by two, once; and not when it was refused', async () => {
    const line = `export 17 --out ${out('unmasked')} --unmasked`;
    const first = await asked(line);
    await done(budi(`request refuse ${first} --reason unneeded`));
    const second = await asked(line);
    expect(second).not.toBe(first);
    const { stdout } = await done(budi(`request approve ${second}`));
    expect(stdout).toMatch(new RegExp(` export 17 --out ${out('unmasked')} --unmasked$`, 'm'));
    await done(siti(line));
    expect((await drawOf(out('unmasked'))).decided_by.unmasked).toBe('two');
    expect(await asked(line)).toBeGreaterThan(second);
  });

  test('the approval of whole NIKs is used up before the first of them is read, and so it is when the export breaks off', async () => {
    const line = `export 17 --out ${out('broken')} --unmasked`;
    const request = await asked(line);
    await done(budi(`request approve ${request}`));
    const held = await holdTable(at.database, 'result_block', 'access exclusive');
    const stopping = new AbortController();
    const exporting = runHere(at, line, { GELOMBANG_OPERATOR: 'Siti' }, stopping.signal);
    await held.reached();
    const [approval] = await at.database.sql`select used_at from request where id = ${request}`;
    stopping.abort();
    await held.release();
    expect(approval).toEqual({ used_at: expect.any(String) });
    const { code, stderr } = await exporting;
    expect(code).not.toBe(0);
    expect(stderr).toContain('its approval is used up');
    expect(await readdir(at.folder)).not.toContain('broken');
    expect(await asked(line)).toBeGreaterThan(request);
  });

  test('a wave is void by the word of two, for the reason that was approved', async () => {
    await done(budi(`request approve ${await asked('wave void 17 --reason mistake')}`));
    const other = await siti(['wave', 'void', '17', '--reason', "half of BKN's list (twice)"]);
    expect(other.code).toBe(5);
    // As a shell takes it: the reason is a part of what is asked for.
    expect(other.stderr).toMatch(/ wave void 17 --reason 'half of BKN'\\''s list \(twice\)'$/m);
    const { stdout } = await siti('request list');
    expect(stdout.match(/half of/g)).toHaveLength(1);
    await done(siti('wave void 17 --reason mistake'));
    await done(siti(`export 17 --out ${out('void')}`));
    expect((await drawOf(out('void'))).decided_by.void).toBe('two');
  });

  test('who they are stands in no export', async () => {
    const text = await readFile(join(out('unmasked'), 'draw.json'), 'utf8');
    expect(text).not.toMatch(/Siti|Budi/);
  });

  test('the setting of then is what a wave was published with', async () => {
    await done(dewi('installation people one'));
    await done(siti(`export 17 --out ${out('later')}`));
    expect(await drawOf(out('later'))).toMatchObject({ people: 'two' });
  });
});

describe('the audit log of all this', () => {
  test('says who asked, who approved, and that it was done', async () => {
    const { entries } = documentOf<{ entries: Record<string, unknown>[] }>(await siti('audit show --json'));
    const told = entries.map(({ operator, action, outcome }) => `${operator} ${action} ${outcome}`);
    for (const line of ['Siti list.release asked', 'Budi request.approve done', 'Siti list.release done'])
      expect(told).toContain(line);
    expect(entries.findLast(({ operator }) => operator === 'Budi')?.login).toBe(budis.login);
    expect((await siti('audit show --since 2999-01-01T00:00:00Z')).stdout).toBe('There is no such entry.\n');
    const { stdout, stderr } = await siti('audit show --wave 17 --last 3');
    expect(stdout).toMatch(/Siti {2}wave\.void {2}wave 17 {2}done\n +why: mistake\n/);
    expect(stdout).toMatch(/Siti {2}export {5}wave 17, folder\s+\S+ {2}done/);
    expect(stderr).toBe('');
  });

  test('goes through the head that an export has, which does not change', async () => {
    const [first, later] = [await drawOf(out('masked')), await drawOf(out('later'))];
    expect(later.audit).toEqual(first.audit);
    const { stdout } = await done(
      siti(`audit verify --against ${out('masked')} ${out('later')}/draw.json --json`),
    );
    expect(documentOf(stdout === '' ? { stdout: '{}' } : { stdout })).toMatchObject({
      verified: true,
      fault_count: 0,
    });
  });

  test('that was cut off before it is found out, by the export and by the note of a machine that has seen more', async () => {
    const { audit } = await drawOf(out('masked'));
    await unguarded(at.database, async (sql) => {
      await sql`update wave set audit_entry = null, audit_sha256 = null where id = 17`;
      await sql`delete from audit where number >= ${audit.entry}`;
    });
    expect((await siti('audit verify')).code).toBe(3);
    const elsewhere = { XDG_CONFIG_HOME: join(at.folder, 'elsewhere') };
    const first = await siti('audit verify', elsewhere);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('held by nothing outside') });
    expect((await siti('audit verify', elsewhere)).stdout).not.toContain('held by nothing');
    const { code, stderr } = await siti(`audit verify --against ${out('masked')}`, elsewhere);
    expect({ code, stderr }).toMatchObject({
      code: 3,
      stderr: expect.stringContaining(`at entry ${audit.entry} first`),
    });
    expect((await siti(`audit verify --against ${join(out('masked'), 'review.json')}`)).code).toBe(3);
  });
});
