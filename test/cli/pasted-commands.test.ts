/** Every command that a text of the program names ends its line there, and the program understands it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { unpastable } from '../support/pasted.ts';

const LITERAL = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/;
const COMMENT = /^ *(\/\*\*|\*|\/\/).*$/gm;
const JOINED = /(['`])\s*\+\s*\1/g;

/** Help is prose about commands: nobody pastes from the middle of a sentence. */
const PROSE = new RegExp(
  `\\.(description|summary|option|requiredOption|argument)\\((\\s*(${LITERAL.source})\\s*[+,]?)+`,
  'g',
);

/** What stands for whole commands in other texts. */
const WHOLE =
  /\$\{(?:(?:closeCommand|commandOf|decideCommands|askCommands|mendThenResume|commandToSay)\([^{}]*\)|goOn|plain|make|close|commands|resume|this\.#goOn)\}/g;

function textsIn(source: string): string[] {
  const code = source.replace(COMMENT, '').replace(JOINED, '').replace(PROSE, '(');
  return [...code.matchAll(new RegExp(LITERAL, 'g'))].map(([literal]) =>
    literal
      .slice(1, -1)
      .replace(WHOLE, 'gelombang wave close 1')
      .replace(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, '1')
      .replaceAll('\\n', '\n')
      .replaceAll('\\', ''),
  );
}

const files = ['src', 'jobs'].flatMap((folder) =>
  readdirSync(join(projectRoot(), folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name)),
);

test('a command that is named can be pasted as it stands', () => {
  const found = files.flatMap((file) => {
    const texts = textsIn(readFileSync(join(projectRoot(), file), 'utf8'));
    return texts.flatMap((text) => unpastable(text)).map((each) => `${file}: ${each}`);
  });
  expect(found).toEqual([]);
});

test.each([
  'gelombang wave resume 17  (goes on, unless someone is at it)',
  'gelombang wave close 17, when all files are in',
  'request it: gelombang request approve 1. Then wait',
  'gelombang list release 4, or gelombang list discard 4',
  'gelombang wave void',
  'gelombang wave close 17 --with-nothing',
  "gelombang wave void 17 --reason a list came in 'half",
])('one that cannot is found: %s', (text) => {
  expect(unpastable(text)).toHaveLength(1);
});

test('and one that can is not', () => {
  const text = "first: gelombang wave void 17 --reason 'half (of it); that'\\''s why'\nor: gelombang worker";
  expect(unpastable(text)).toEqual([]);
});
