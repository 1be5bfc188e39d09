/** How the command line is asked for help, and what it says to someone who mistypes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { allCommands, fullName } from '../../src/cli/usage.ts';
import { GelombangError } from '../../src/errors.ts';
import { projectRoot } from '../../src/project-root.ts';
import { installation } from '../support/installation.ts';
import { runProgram } from '../support/program.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const commands = allCommands(createProgram(new AbortController().signal)).map((command) => ({
  command,
  name: fullName(command),
}));

interface Outcome {
  /** 0 where help or the version was asked for. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly error: GelombangError | undefined;
}

/** Reads a command line as the program does; nothing here comes as far as to begin with its work. */
async function read(line: string): Promise<Outcome> {
  let out = '';
  let err = '';
  const program = createProgram(new AbortController().signal);
  const streams = {
    writeOut: (text: string) => {
      out += text;
    },
    writeErr: (text: string) => {
      err += text;
    },
  };
  for (const command of withChildren(program)) command.configureOutput(streams);
  const words = line.split(' ').filter((word) => word !== '');
  const thrown: unknown = await program.parseAsync(words, { from: 'user' }).catch((error: unknown) => error);
  if (thrown instanceof GelombangError) return { code: thrown.exitCode, out, err, error: thrown };
  if (thrown instanceof CommanderError)
    return { code: thrown.exitCode === 0 ? 0 : 2, out, err, error: undefined };
  throw thrown;
}

function withChildren(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withChildren)];
}

describe('help', () => {
  test.each(commands)('of $name shows an example, on stdout', async ({ name }) => {
    const { code, out, err } = await read(`${name.replace('gelombang ', '')} --help`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: ${name}`);
    expect(out).toMatch(new RegExp(`Examples?:\\n {2}\\$ .*${name}`));
  });

  test('of import applicants lists the columns in both languages', async () => {
    expect((await read('import applicants --help')).out).toMatch(/full_name +nama_lengkap/);
  });

  test.each(['', 'wave', 'import', 'notices', 'policy'])(
    'is what `gelombang %s` alone gives, as wrong usage',
    async (line) => {
      const { code, out, err } = await read(line);
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toContain('Usage: gelombang');
    },
  );

  test('of the whole names its environment and its exit codes', async () => {
    const { code, out } = await read('--help');
    expect(code).toBe(0);
    expect(out).toContain('DATABASE_URL');
    expect(out).toContain('Exit codes: 0 done');
  });

  test('has the version beside it', async () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8'));
    expect(await read('--version')).toMatchObject({ code: 0, out: `${version}\n` });
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
    ['wave opne 17', 'wave open'],
    ['xeport 17', 'export'],
    ['close 17', 'wave close'],
    ['wave open 17 --polcy policy.yaml', '--policy'],
    ['wave open 17 --polcy=policy.yaml', '--policy'],
    ['wave status 17 --jsn', '--json'],
  ])('in `%s` is met with the right one: %s', async (line, meant) => {
    const { code, out, err, error } = await read(line);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: '' });
    expect(error?.next).toMatch(new RegExp(`^Did you mean ${meant}\\? See: gelombang .*--help$`));
  });

  test('in a choice is met with the right one too', async () => {
    const { error } = await read('import list x.csv --name asn --kind denny');
    expect(error?.message).toBe('--kind is `denny`: expected deny or priority (did you mean deny?)');
  });

  test('that is like none is met with no guess', async () => {
    expect((await read('zzzzzz')).error).toMatchObject({ code: 'USAGE', next: 'See: gelombang --help' });
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
  ])('makes `%s` wrong usage', async (line) => {
    const { code, out, err, error } = await read(line);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: '' });
    expect(error?.message).not.toMatch(/^error|commander/i);
    expect(error?.next).toMatch(/^See: gelombang .+ --help$/);
  });

  test('is said in a sentence on stderr, and with --json in a document', async () => {
    const at = await installation();
    const { code, stdout, stderr } = await runProgram(at, ['wave', 'status', 'abc', '--json']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: wave is `abc`: expected .+\nSee: .+ wave status --help\n$/);
    expect(documentOf<ErrorDocument>({ stdout }).error).toMatchObject({ code: 'USAGE', faults: [] });
  });
});
