#!/usr/bin/env node
/** The command line: reads the command, runs it, turns what it throws into words and an exit code. */
import { CommanderError } from 'commander';
import { exitCodeOf, GelombangError } from '../errors.ts';
import { printError } from './output.ts';
import { createProgram } from './program.ts';

const SIGNAL_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

async function main(): Promise<number> {
  const stopping = new AbortController();
  let stoppedBy: keyof typeof SIGNAL_CODES | undefined;
  for (const name of Object.keys(SIGNAL_CODES) as (keyof typeof SIGNAL_CODES)[]) {
    process.on(name, () => {
      // The second one is from someone who does not want to wait.
      if (stoppedBy !== undefined) process.exit(SIGNAL_CODES[name]);
      stoppedBy = name;
      stopping.abort();
    });
  }
  const program = createProgram(stopping.signal);
  try {
    await program.parseAsync();
    return stoppedBy === undefined ? 0 : SIGNAL_CODES[stoppedBy];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (stoppedBy !== undefined && !(error instanceof GelombangError)) return SIGNAL_CODES[stoppedBy];
    printError(error, process.argv.includes('--json'));
    return stoppedBy === undefined ? exitCodeOf(error) : SIGNAL_CODES[stoppedBy];
  }
}

process.exitCode = await main();
