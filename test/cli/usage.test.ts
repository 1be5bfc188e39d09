/** How the command line is asked for help, and what it says to someone who mistypes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { allCommands, fullName } from '../../src/cli/usage.ts';
import { projectRoot } from '../../src/config.ts';
import { type Installation, installation } from '../support/installation.ts';
import { type Ended, runProgram } from '../support/program.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const commands = allCommands(createProgram(new AbortController().signal)).map((command) => ({
  command,
  name: fullName(command),
}));

let at: Installation;

beforeAll(async () => {
  at = await installation();
});

function run(line: string): Promise<Ended> {
  return runProgram(
    at,
    line.split(' ').filter((word) => word !== ''),
  );
}

describe('help', () => {
  test.each(commands)('of $name shows an example, on stdout', async ({ name }) => {
    const { code, stdout, stderr } = await run(`${name.replace('gelombang ', '')} --help`);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: ${name}`);
    expect(stdout).toMatch(new RegExp(`Example:\\n {2}\\$ .*${name}`));
  });

  test('of import applicants lists the columns in both languages', async () => {
    const { stdout } = await run('import applicants --help');
    expect(stdout).toMatch(/full_name +nama_lengkap/);
  });

  test.each(['', 'wave', 'import'])('is what `gelombang %s` alone gives, as wrong usage', async (line) => {
    const { code, stdout, stderr } = await run(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: gelombang');
  });

  test('of the whole names its environment and its exit codes', async () => {
    const { code, stdout } = await run('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('DATABASE_URL');
    expect(stdout).toContain('Exit codes: 0 done');
  });

  test('has the version beside it', async () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'));
    expect(await run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('docs/commands.md', () => {
  const text = readFileSync(join(projectRoot(), 'docs', 'commands.md'), 'utf8');
  const sections = new Map(
    text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
  );

  test.each(commands)(
    'describes $name with its options, an example and its exit codes',
    ({ name, command }) => {
      const section = sections.get(name) ?? '';
      for (const flags of flagsOf(command)) expect(section, flags).toContain(`\`${flags}\``);
      expect(section).toMatch(new RegExp(`\`\`\`\\n.*${name}`));
      expect(section).toContain('Exit codes:');
    },
  );

  test('describes no command that there is not', () => {
    const described = [...sections.keys()].filter((title) => title.startsWith('gelombang '));
    expect(described.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });
});

function flagsOf(command: Command): string[] {
  const taken = command.registeredArguments.map((argument) => `<${argument.name()}>`);
  return [...taken, ...command.options.map((option) => option.flags)];
}

describe('a mistyped word', () => {
  test.each([
    ['wawe status 17', 'wave'],
    ['wave stauts 17', 'wave status'],
    ['close 17', 'wave close'],
    ['wave open 17 --polcy policy.yaml', '--policy'],
    ['wave open 17 --polcy=policy.yaml', '--policy'],
    ['wave status 17 --jsn', '--json'],
    ['import list x.csv --name asn --kind denny', 'deny'],
  ])('in `%s` is met with the right one: %s', async (line, meant) => {
    const { code, stdout, stderr } = await run(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^error: [^]*id you mean ${meant}\\?`));
    expect(stderr).toContain('--help');
  });

  test('that is like none is met with no guess', async () => {
    const { code, stderr } = await run('zzzzzz');
    expect(code).toBe(2);
    expect(stderr).not.toContain('id you mean');
  });
});

describe('a value that cannot be', () => {
  test.each([
    ...['0', '-1', '1e9', 'abc', '1000000000'].map((wave) => `wave status ${wave}`),
    ...['-1', '1.5', '1e309', ''].map((quota) => `wave open 17 --policy x --quota=${quota}`),
    'wave close 17 --entropy abcd',
    'wave open 17 --policy x --closes-at 2021-04-30T12:00:00',
    'import registry x --as-of 2021-02-30',
    'import list x --name ASN! --kind deny',
    'demo --applicants 0',
    'wave status 17 18',
    'wave open 17',
    'export 17',
  ])('makes `%s` wrong usage, in a sentence and in a document', async (line) => {
    const [said, written] = await Promise.all([run(line), run(`${line} --json`)]);
    expect({ code: said.code, stdout: said.stdout }).toEqual({ code: 2, stdout: '' });
    expect(said.stderr).toMatch(/^error: .+\nSee: .+ --help\n$/);
    expect(written.code).toBe(2);
    expect(documentOf<ErrorDocument>(written).error).toMatchObject({ code: 'USAGE', faults: [] });
  });
});
