/** Commands as texts of the program show them: each ends its line, and is understood when it is pasted. */
import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

/** A word of a shell, plain or in quotes; and what stands behind a command for whoever reads it. */
const WORD = /(?:'[^']*'|\\')+|[^\s'"()<>;&|`$\\*?#]+|"[^"$`\\]*"/y;

const program = createProgram(new AbortController().signal);

/** What is wrong with the commands in a text, each a line; none is what is wanted. */
export function unpastable(text: string): string[] {
  const names = program.commands.map((command) => command.name()).join('|');
  const begin = new RegExp(`(?<![\\w/.-])gelombang (?=(?:${names})\\b|--help)`, 'g');
  return text.split('\n').flatMap((line) => {
    const [, command, ...more] = line.split(begin);
    if (command === undefined) return [];
    const fault = more.length > 0 ? 'two commands' : faultOf(command);
    return fault === undefined ? [] : [`${line} [${fault}]`];
  });
}

function faultOf(line: string): string | undefined {
  const words = wordsOf(line);
  if (words === undefined) return 'no plain words for a shell';
  let command: Command = program;
  for (let next = find(command, words[0]); next !== undefined; next = find(command, words[0])) {
    command = next;
    words.shift();
  }
  const operands: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!word.startsWith('-')) operands.push(word);
    else if (word === '--help') return undefined;
    else {
      const option = command.options.find(({ long }) => long === word);
      if (option === undefined) return `${command.name()} has no ${word}`;
      if (option.required && words.shift() === undefined) return `${word} without its value`;
      while (option.variadic && words[0]?.startsWith('-') === false) words.shift();
    }
  }
  const { registeredArguments: wanted } = command;
  const least = wanted.filter(({ required }) => required).length;
  const most = wanted.some(({ variadic }) => variadic) ? Number.POSITIVE_INFINITY : wanted.length;
  if (operands.length < least || operands.length > most) return `${operands.length} arguments`;
  return operands.some((operand) => /[.,:]$/.test(operand)) ? 'punctuation' : undefined;
}

function find(command: Command, name: string | undefined): Command | undefined {
  return command.commands.find((child) => child.name() === name);
}

function wordsOf(line: string): string[] | undefined {
  const words: string[] = [];
  const text = line.replace(/ {2,}# .*$/, '').trim();
  for (let at = 0; at < text.length; at = WORD.lastIndex) {
    while (text[at] === ' ') at += 1;
    WORD.lastIndex = at;
    const [word] = WORD.exec(text) ?? [];
    if (word === undefined) return undefined;
    words.push(word);
  }
  return words;
}
