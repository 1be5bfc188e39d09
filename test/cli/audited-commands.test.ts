/** Every command is audited, or is deliberately not: one that is new has to be put into one of the two tables. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { allCommands, fullName } from '../../src/cli/usage.ts';
import { projectRoot } from '../../src/project-root.ts';
import { newestEntries } from '../support/audit.ts';
import { runHere } from '../support/commands.ts';
import { asOwner } from '../support/database.ts';
import { type Installation, installation } from '../support/installation.ts';
import { runProgram } from '../support/program.ts';

const INPUT = join(projectRoot(), 'fixtures', 'small-wave', 'in');

/** Command → how it is given here, and as what it is written down. What it is about need not be there. */
const AUDITED: Readonly<Record<string, readonly [line: string, action: string]>> = {
  'wave open': [`wave open 17 --policy ${INPUT}/policy.yaml`, 'wave.open'],
  'wave close': ['wave close 99', 'wave.close'],
  'wave resume': ['wave resume 99', 'wave.resume'],
  'wave void': ['wave void 99 --reason mistake', 'wave.void'],
  'import applicants': [`import applicants ${INPUT}/applicants.csv --wave 99`, 'import.applicants'],
  'import registry': [`import registry ${INPUT}/nothing.csv`, 'import.registry'],
  'import list': [`import list ${INPUT}/nothing.csv --name asn --kind deny`, 'import.list'],
  'import recipients': [`import recipients ${INPUT}/nothing.csv`, 'import.recipients'],
  'list release': ['list release 99', 'list.release'],
  'list discard': ['list discard 99', 'list.discard'],
  'review approve': ['review approve 99 --reason seen', 'review.approve'],
  'registry ask': ['registry ask 99 --out questions.csv', 'registry.ask'],
  'registry answer': [`registry answer ${INPUT}/nothing.csv`, 'registry.answer'],
  'registry drop': ['registry drop 99', 'registry.drop'],
  'notices release': ['notices release 99', 'notices.release'],
  'notices pause': ['notices pause 99', 'notices.pause'],
  'notices resume': ['notices resume 99', 'notices.resume'],
  'notices resend': ['notices resend 99 --yes', 'notices.resend'],
  'notices report': [`notices report ${INPUT}/nothing.csv`, 'notices.report'],
  'notices listen': ['notices listen --port 0', 'notices.listen'],
  'notices export': ['notices export 99 --out notices.csv', 'notices.export'],
  'notices try': ['notices try 99 --to me@example.org', 'notices.try'],
  export: ['export 99 --out elsewhere', 'export'],
  explain: ['explain 99 REG-1', 'explain'],
  simulate: ['simulate 99', 'simulate'],
  'request approve': ['request approve 99', 'request.approve'],
  'request refuse': ['request refuse 99 --reason no', 'request.refuse'],
  'keys rotate': ['keys rotate', 'keys.rotate'],
  'database migrate': ['database migrate', 'database.migrate'],
  'audit show': ['audit show', 'audit.show'],
  'database login': ['database login OWNER --role worker', 'database.login'],
  'installation people': ['installation people one', 'installation.people'],
  worker: ['worker', 'worker'],
};

/** Command → why there is no entry: it changes nothing and shows nobody, or it works on made-up people. */
const NOT_AUDITED: Readonly<Record<string, { readonly why: string; readonly line?: string }>> = {
  'wave status': { why: 'figures', line: 'wave status 99' },
  'notices status': { why: 'figures', line: 'notices status 99' },
  'notices unknown': { why: 'registration numbers', line: 'notices unknown 99' },
  'list versions': { why: 'figures, and who decided', line: 'list versions' },
  'registry versions': { why: 'figures, and who decided', line: 'registry versions' },
  'review show': { why: 'figures', line: 'review show 99' },
  'notices preview': { why: 'made-up people', line: 'notices preview 99' },
  'request list': { why: 'what operators have asked for', line: 'request list' },
  'installation show': { why: 'a setting', line: 'installation show' },
  'audit verify': { why: 'whether the log is whole', line: 'audit verify' },
  'worker status': { why: 'who works', line: 'worker status' },
  'keys status': { why: 'ids of keys', line: 'keys status' },
  'database status': { why: 'versions and rights', line: 'database status' },
  'policy check': { why: 'no database', line: `policy check ${INPUT}/policy.yaml` },
  'policy explain': { why: 'no database', line: `policy explain ${INPUT}/policy.yaml` },
  verify: { why: 'no database', line: `verify ${INPUT}` },
  demo: { why: 'made-up people, in a home of its own' },
  'dukcapil-stub': { why: 'no database' },
};

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

const nameOf = (command: Command) => fullName(command).replace(/^gelombang /, '');

/** What was written down while this was done. */
async function entriesOf(work: () => Promise<unknown>, { database }: Installation = at) {
  const [before] = await newestEntries(database, 1);
  await work();
  return (await newestEntries(database, 10)).filter(({ number }) => number > (before?.number ?? 0));
}

test('every command stands in one of the two tables, and in one only', () => {
  const names = allCommands(createProgram(new AbortController().signal)).map(nameOf);
  expect(names.toSorted()).toEqual([...Object.keys(AUDITED), ...Object.keys(NOT_AUDITED)].toSorted());
});

/** Whoever makes logins owns the tables, and nobody else gets into the database any more; keys are those of a database. */
async function installationFor(name: string): Promise<Installation> {
  if (name === 'keys rotate') return installation();
  if (!/^database/.test(name)) return at;
  const own = await installation();
  return { ...own, url: own.ownerUrl };
}

/** The one of all tests stays as it is. */
async function copiedKey(): Promise<string> {
  const path = join(at.folder, 'key');
  await copyFile(inject('keyFile'), path);
  return path;
}

describe('an entry stands before and after', () => {
  test.each(Object.entries(AUDITED))('%s', async (name, [line, action]) => {
    const stopping = new AbortController();
    if (name === 'worker') setTimeout(() => stopping.abort('SIGTERM'), 1_500);
    const settings = { GELOMBANG_OPERATOR: 'Siti', DRAND_URL: 'none' };
    const on = await installationFor(name);
    const own = name === 'keys rotate' ? { GELOMBANG_KEY_FILE: await copiedKey() } : {};
    const given = line.replace('OWNER', new URL(on.ownerUrl).username);
    const entries = await entriesOf(() => runHere(on, given, { ...settings, ...own }, stopping.signal), on);
    expect(entries).toMatchObject([
      { action, operator: 'Siti', outcome: 'begun' },
      { action, operator: 'Siti', outcome: expect.stringMatching(/^(done|refused)$/) },
    ]);
  });
});

describe('no entry stands for', () => {
  const given = Object.entries(NOT_AUDITED).filter(([, { line }]) => line !== undefined);
  test.each(given)('%s', async (_, { line = '' }) => {
    expect(await entriesOf(() => runHere(at, line))).toEqual([]);
  });
});

describe('a reason that is given', () => {
  test.each(['explain 99 REG-1', 'export 99 --out elsewhere', 'simulate 99', 'registry ask 99 --out q.csv'])(
    'for `%s` is written down',
    async (line) => {
      const entries = await entriesOf(() => runHere(at, [...line.split(' '), '--reason', 'a complaint']));
      expect(entries.map(({ reason }) => reason)).toEqual(['a complaint', 'a complaint']);
    },
  );
});

test('what is done, and cannot be written down as done, gives its result and ends with 1', async () => {
  const on = await installation();
  await asOwner(on.database, (sql) => sql`alter table audit add check (outcome <> 'done') not valid`);
  const line = ['wave', 'open', '17', '--policy', `${INPUT}/policy.yaml`, '--json'];
  const opened = await runProgram(on, line, { DRAND_URL: 'none' });
  expect(opened).toMatchObject({ code: 1, stderr: expect.stringContaining('Do not do it again') });
  expect(JSON.parse(opened.stdout)).toMatchObject({ wave: 17 });
});
