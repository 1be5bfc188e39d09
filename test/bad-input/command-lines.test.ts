/** Command lines that nobody should give: wrong usage or a refusal in our words, and nothing done. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { GelombangError } from '../../src/errors.ts';
import { documentOf, type ErrorDocument } from '../cli/document.ts';
import { runHere } from '../support/commands.ts';
import { type Installation, installation } from '../support/installation.ts';
import { fileOfRows, people } from './bringing.ts';

async function errorOf(words: readonly string[]): Promise<GelombangError> {
  const program = createProgram(new AbortController().signal);
  const error: unknown = await program.parseAsync([...words], { from: 'user' }).then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  if (error instanceof GelombangError) return error;
  throw error;
}

const LIST = ['import', 'list', 'x.csv', '--kind', 'deny', '--name'];
const OPEN = ['wave', 'open', '17', '--policy', 'x'];

describe('wrong usage is', () => {
  test.each<readonly [name: string, words: readonly string[]]>([
    ['a wave with a blank', ['wave', 'status', ' 17']],
    ['a wave with a line break', ['wave', 'status', '17\n']],
    ['a wave in hexadecimal', ['wave', 'status', '0x11']],
    ['a wave in other digits', ['wave', 'status', '١٧']],
    ['a wave of a thousand digits', ['wave', 'status', '1'.repeat(1000)]],
    ['a quota of 1e309', [...OPEN, '--quota', '1e309']],
    ['a quota below 0', [...OPEN, '--quota=-1']],
    ['a quota that is no number', [...OPEN, '--quota', 'NaN']],
    ['a quota beyond what is counted', [...OPEN, '--quota', '9'.repeat(12)]],
    ['a time of 30 February', [...OPEN, '--closes-at', '2021-02-30T12:00:00+07:00']],
    ['a time without its offset', [...OPEN, '--closes-at', '2021-04-30T12:00:00']],
    ['a list with a way out in its name', [...LIST, '../asn']],
    ['a list with a line break in its name', [...LIST, 'asn\n']],
    ['a list with capitals in its name', [...LIST, 'ASN']],
    ['a list with a name of 33 letters', [...LIST, 'a'.repeat(33)]],
    ['a list whose name would be an option', [...LIST, '-asn']],
    ['a date of 29 February of 1900', ['import', 'registry', 'x', '--as-of', '1900-02-29']],
    ['a date of the year 0', ['import', 'registry', 'x', '--as-of', '0000-01-01']],
    ['an entropy of 63 digits', ['wave', 'close', '17', '--entropy', 'a'.repeat(63)]],
    ['an entropy with a line break', ['wave', 'close', '17', '--entropy', `${'a'.repeat(64)}\n`]],
    ['no registration number', ['explain', '17', ' ']],
    ['a change without a value', ['simulate', '17', '--set', 'quota']],
    ['a change without a key', ['simulate', '17', '--set', '=1']],
    ['an option of a prototype', ['wave', 'status', '17', '--__proto__']],
    ['a command of a prototype', ['constructor']],
    ['a word too many', ['wave', 'status', '17', '18']],
    ['a command of many letters', ['x'.repeat(100_000)]],
  ])('%s', async (_, words) => {
    const error = await errorOf(words);
    expect(error).toMatchObject({ code: 'USAGE', exitCode: 2, next: expect.stringContaining('gelombang') });
  });
});

describe('a command', () => {
  let at: Installation;
  beforeAll(async () => {
    at = await installation();
    await mkdir(join(at.folder, 'allowed'));
    await writeFile(join(at.folder, 'people.csv'), fileOfRows(...people(2)));
    await symlink('../people.csv', join(at.folder, 'allowed', 'link.csv'));
  });

  const refused = async (words: readonly string[], settings = {}) => {
    const ended = await runHere(at, [...words, '--json'], settings);
    expect(ended.stderr).toMatch(/^error: /m);
    expect(ended.stderr).not.toMatch(/^ +at /m);
    return { ...documentOf<ErrorDocument>(ended).error, exit: ended.code };
  };

  test('with a number that nobody has says so, whatever it is made of', async () => {
    const number = `"'\n\u001b=1+1; drop table wave --${'x'.repeat(10_000)}`;
    const { exit, message } = await refused(['explain', '17', number]);
    expect(exit).toBe(3);
    expect(message.length).toBeLessThan(1_100);
  });

  test('with what a terminal would obey shows it, and obeys nothing', async () => {
    const { exit, message } = await refused(['wave', 'status', '\u001b[2J\u0007\u009b17']);
    expect({ exit, message }).toEqual({ exit: 2, message: expect.stringContaining('\\u001b[2J\\u0007') });
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  test('with a file outside of the folders that are named refuses it, and what lies inside as well by a link', async () => {
    const settings = { GELOMBANG_FOLDERS: join(at.folder, 'allowed') };
    for (const [path, words] of [
      [join(at.folder, 'people.csv'), 'GELOMBANG_FOLDERS'],
      [join(at.folder, 'allowed', '..', 'people.csv'), 'GELOMBANG_FOLDERS'],
      [join(at.folder, 'allowed', 'link.csv'), 'GELOMBANG_FOLDERS'],
    ] as const) {
      const { exit, message } = await refused(['import', 'recipients', path], settings);
      expect({ exit, message }).toEqual({ exit: 3, message: expect.stringContaining(words) });
    }
    const out = join(at.folder, 'out.csv');
    const file = join(at.folder, 'allowed', 'none.csv');
    expect(await refused(['import', 'recipients', file, '--rejects', out], settings)).toMatchObject({
      exit: 3,
      message: `${out} lies outside of the folders that GELOMBANG_FOLDERS names`,
    });
  });
});
