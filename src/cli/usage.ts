/** Wrong usage, in the words of all other errors: what is wrong, what was meant perhaps, where to read on. */
import type { Command, CommanderError } from 'commander';
import { distance } from 'fastest-levenshtein';
import { GelombangError } from '../errors.ts';

/** The error of a command that was called wrongly; undefined where help or the version was asked for. */
export function usageError(command: Command, error: CommanderError): GelombangError | undefined {
  if (error.exitCode === 0 || error.code === 'commander.help') return undefined;
  const unknown = unknownOptionBehind(command, error);
  const message = unknown === undefined ? wording(error.message) : `unknown option '${unknown}'`;
  const suggestion = unknown === undefined ? suggestionFor(command, error) : nearestOption(command, unknown);
  const help = `See: ${fullName(command)} --help`;
  return new GelombangError('USAGE', message, {
    next: suggestion === undefined ? help : `Did you mean ${suggestion}? ${help}`,
  });
}

/** A required option is also missing if it was mistyped, and then that is what to say. */
function unknownOptionBehind(command: Command, error: CommanderError): string | undefined {
  if (error.code !== 'commander.missingMandatoryOptionValue') return undefined;
  return command.args.find((arg) => arg.startsWith('--') && arg.length > 2)?.replace(/=.*/s, '');
}

/** `gelombang wave close`. */
export function fullName(command: Command): string {
  const parent = command.parent === null ? '' : `${fullName(command.parent)} `;
  return parent + command.name();
}

/** The known word that is nearest, if it is near enough to have been meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, apart: editsBetween(word.toLowerCase(), each.toLowerCase()) }))
    .toSorted((a, b) => a.apart - b.apart);
  return best !== undefined && best.apart <= Math.max(1, Math.floor(best.each.length * 0.4))
    ? best.each
    : undefined;
}

/** Two neighbours that changed places are one slip of the hand, and two edits for Levenshtein. */
function editsBetween(typed: string, meant: string): number {
  const at = [...typed].findIndex((letter, place) => letter !== meant[place]);
  const [first = '', second = ''] = typed.slice(at);
  const swapped = at >= 0 && typed.slice(0, at) + second + first + typed.slice(at + 2) === meant;
  return swapped ? 1 : distance(typed, meant);
}

const OPTION_VALUE = /^option '(?:-\w, )?(--[\w-]+)[^']*' argument '(.*)' is invalid\. expected (.*)\.$/s;
const ARGUMENT_VALUE = /^command-argument value '(.*)' is invalid for argument '(.*)'\. expected (.*)\.$/s;
const MISSING_OPTION = /^required option '(.*)' not specified$/;
const MISSING_ARGUMENT = /^missing required argument '(.*)'$/;

function wording(message: string): string {
  const text = message.replace(/^error: /, '');
  const option = OPTION_VALUE.exec(text);
  if (option !== null) return `${option[1]} is \`${option[2]}\`: expected ${option[3]}`;
  const argument = ARGUMENT_VALUE.exec(text);
  if (argument !== null) return `${argument[2]} is \`${argument[1]}\`: expected ${argument[3]}`;
  return text.replace(MISSING_OPTION, '$1 is missing').replace(MISSING_ARGUMENT, '<$1> is missing');
}

function suggestionFor(command: Command, error: CommanderError): string | undefined {
  const word = /'(.*)'/.exec(error.message)?.[1] ?? '';
  if (error.code === 'commander.unknownOption') {
    return nearestOption(command, word.replace(/=.*/s, ''));
  }
  return error.code === 'commander.unknownCommand' ? nearestCommand(command, word) : undefined;
}

function nearestOption(command: Command, word: string): string | undefined {
  const options = command.createHelp().visibleOptions(command);
  return nearest(
    word,
    options.flatMap((option) => option.long ?? []),
  );
}

/** Of the command's own, else one somewhere else: `gelombang close` means `gelombang wave close`. */
function nearestCommand(command: Command, word: string): string | undefined {
  const within = (names: readonly Command[]) => {
    const name = nearest(
      word,
      names.map((each) => each.name()),
    );
    return names.find((each) => each.name() === name);
  };
  const found = within(command.commands) ?? within(allCommands(rootOf(command)));
  return found === undefined ? undefined : fullName(found).replace(/^gelombang /, '');
}

/** The commands that do something, at whatever depth. One that only holds others takes no options. */
export function allCommands(command: Command): Command[] {
  return command.commands.flatMap((child) => [
    ...(child.commands.length === 0 || child.options.length > 0 ? [child] : []),
    ...allCommands(child),
  ]);
}

function rootOf(command: Command): Command {
  return command.parent === null ? command : rootOf(command.parent);
}
