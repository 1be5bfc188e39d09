#!/usr/bin/env node
/** The command line: reads the command, runs it, turns what it throws into words and an exit code. */
import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { isLoss } from '../db/loss.ts';
import { GelombangError } from '../errors.ts';
import { redact } from '../redact.ts';
import { inWords } from './fault.ts';
import { note, printError } from './output.ts';
import { createProgram } from './program.ts';
import { Stopping } from './stopping.ts';

/** Milliseconds that something forgotten may keep the process alive after its command. */
const LINGER = 2_000;

const USAGE = 2;

// What is young in the heaps of this process and its threads stays as small as it begins. It doubles up to 48 MB in each
// where it may: 10 to 15 MB more in a close of a million or an import, in no less time.
setFlagsFromString('--semi-space-growth-factor=1');

async function main(stopping: Stopping): Promise<number> {
  try {
    await createProgram(stopping.signal).parseAsync();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
    return report(error, stopping);
  }
}

/** Gives the exit code. */
function report(error: unknown, stopping: Stopping): number {
  const known = inWords(error) ?? unexpected(error, stopping.exitCode !== undefined);
  printError(known, process.argv.includes('--json'));
  return stopping.exitCode ?? known.exitCode;
}

/** The stack goes with it: someone has to find out. What breaks while everything is being stopped is of no interest. */
function unexpected(error: unknown, stopping: boolean): GelombangError {
  if (stopping) {
    return new GelombangError('INTERRUPTED', 'the command was stopped', {
      cause: error,
      next: 'Nothing half done stays. Run the command again.',
    });
  }
  note(redact(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const message = error instanceof Error ? error.message : String(error);
  return new GelombangError('UNEXPECTED', `something unexpected happened: ${message}`, {
    next: 'Please report it with what stands above. Nothing half done stays: the command can be run again.',
  });
}

// Whoever has read enough closes the pipe, as `head` does. The work goes on, without a word.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const stopping = new Stopping();
// Thrown where nobody waits for it. Of a connection that was lost, whoever used it has been told; what anything else leaves
// undone, the ledger knows.
process.on('uncaughtException', (error) => {
  if (!isLoss(error)) process.exit(report(error, stopping));
});
const exitCode = await main(stopping);
// One that has given its result may have set it already.
if (exitCode !== 0) process.exitCode = exitCode;
setTimeout(() => process.exit(), LINGER).unref();
