import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { type Config, demoConfig, readConfig } from '../config.ts';
import { GelombangError } from '../errors.ts';
import { shellWord } from '../shell.ts';
import { applicants } from './arguments.ts';
import type { Demo } from './demonstration.ts';
import { printResult, warn, withSettings } from './output.ts';
import { withSession } from './session.ts';
import { closedLines } from './wave-close.ts';
import { duration } from './words.ts';

const APPLICANTS = 100_000;

export function addDemo(program: Command, signal: AbortSignal): void {
  program
    .command('demo')
    .summary('all of it on made-up data')
    .description(
      'Makes up a wave and takes it all the way, from its files to its published results, in an embedded database of its own.',
    )
    .option('--applicants <number>', 'how many apply', applicants, APPLICANTS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang demo --applicants 10000')
    .action(async (options: { applicants: number; json?: boolean }) => {
      const { beginFirst, runDemo } = await import('./demonstration.ts');
      const began = Date.now();
      const given = readConfig();
      if (given.databaseUrl !== undefined || given.redisUrl !== undefined)
        warn('the demo leaves DATABASE_URL and REDIS_URL alone and uses an embedded database of its own');
      const { config, homeAsTyped } = demoConfig(given);
      const settings = settingsToType(given, homeAsTyped);
      const begun = beginFirst(config, options.applicants, signal);
      await withSession(
        signal,
        async (session) => {
          const demo = await runDemo(session, options.applicants, begun).catch((error: unknown) => {
            throw error instanceof GelombangError ? inSettings(error, settings) : error;
          });
          const lines = () => demoLines(demo, (Date.now() - began) / 1000, settings);
          printResult(options.json === true, demo, lines);
        },
        { config, needsKeys: true },
      );
    });
}

/** What has to be set for a command that is to find the demo's database, and unset. */
function settingsToType(given: Config, homeAsTyped: string): string {
  const embedded = given.databaseUrl === undefined && given.redisUrl === undefined;
  const unset = embedded ? '' : 'DATABASE_URL= REDIS_URL= ';
  const ownNotices = given.notices.folder === join(given.home, 'notices') ? '' : 'GELOMBANG_NOTICES= ';
  const { masterKey } = given;
  const isOwn =
    masterKey.kind === 'folder' || (masterKey.kind === 'file' && masterKey.path === join(given.home, 'key'));
  const unsetKey = isOwn ? '' : 'GELOMBANG_KEY= GELOMBANG_KEY_FILE= ';
  return `${unset}${unsetKey}${ownNotices}GELOMBANG_HOME=${shellWord(homeAsTyped)} `;
}

/** Whoever goes on where the demo stopped has to find its database. */
function inSettings(error: GelombangError, settings: string): GelombangError {
  const { code, message, concerns, faults, cause, next } = error;
  if (next === undefined) return error;
  return new GelombangError(code, message, { concerns, faults, cause, next: withSettings(next, settings) });
}

function demoLines(demo: Demo, seconds: number, settings: string): string[] {
  const { status, input, results, notices } = demo;
  const next = [
    `gelombang verify ${shellWord(here(results))}`,
    `gelombang wave status ${status.wave}`,
    `gelombang import applicants ${shellWord(here(join(input, 'applicants.csv')))} --wave ${status.wave}   # it is in already: it says so`,
    `gelombang --help`,
  ];
  return [
    ...closedLines(status),
    '',
    `All of it took ${duration(seconds)}.`,
    '',
    `input    ${here(input)}`,
    `results  ${here(results)}`,
    `notices  ${here(notices)}`,
    '',
    'Try next:',
    ...next.map((command) => `  ${withSettings(command, settings)}`),
  ];
}

/** As short as it can be said from where the command was given. */
function here(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
