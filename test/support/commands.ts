/** Commands in this process, one after the other: for tests that give many, at a tenth of what a process costs. */
import { CommanderError } from 'commander';
import { inject, vi } from 'vitest';
import { inWords } from '../../src/cli/fault.ts';
import { beginOutput, printError } from '../../src/cli/output.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Installation } from './installation.ts';
import { type Ended, MAIN } from './program.ts';

type Settings = Readonly<Record<string, string>>;

/** Ends as the program does. Not for what works on the queue with threads, nor for more than one at a time. */
export async function runHere(
  by: Installation,
  line: string | readonly string[],
  settings: Settings = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  for (const [name, value] of Object.entries(environmentOf(by, settings))) vi.stubEnv(name, value);
  const [node = '', script = ''] = process.argv.splice(0, 2, process.execPath, MAIN);
  const args = typeof line === 'string' ? line.split(' ') : line;
  try {
    beginOutput();
    await createProgram(signal).parseAsync([...args], { from: 'user' });
    return { code: 0, ...said };
  } catch (error) {
    const code = report(error, args.includes('--json'));
    return { code, ...said };
  } finally {
    process.argv.splice(0, 2, node, script);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}

function environmentOf({ url, redisUrl = '', folder, notices }: Installation, settings: Settings) {
  return {
    ...{ DATABASE_URL: url, REDIS_URL: redisUrl, GELOMBANG_HOME: folder, GELOMBANG_NOTICES: notices },
    // For the notes of the audit log.
    ...{ HOME: folder, GELOMBANG_KEY_FILE: inject('keyFile'), NO_COLOR: '1', npm_lifecycle_event: undefined },
    ...settings,
  };
}

/** Gives the exit code. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const known = inWords(error);
  if (known === undefined) process.stderr.write(String(error));
  else printError(known, json);
  return known?.exitCode ?? 1;
}
