/** Commands in this process, one after the other: for tests that give many, and look at what stays of them. */
import { inject, vi } from 'vitest';
import { inWords } from '../../src/cli/fault.ts';
import { createProgram } from '../../src/cli/program.ts';
import type { Installation } from './installation.ts';
import type { Ended } from './program.ts';

/** Not for what works on the queue with threads, nor for the document of an error. */
export async function runHere(
  { url, folder }: Installation,
  line: string | readonly string[],
  settings: Readonly<Record<string, string>> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Ended> {
  const said = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      said[stream] += String(text);
      return true;
    }),
  );
  const own = {
    DATABASE_URL: url,
    REDIS_URL: '',
    GELOMBANG_HOME: folder,
    HOME: folder,
    NO_COLOR: '1',
  };
  const key = { GELOMBANG_KEY_FILE: inject('keyFile') };
  for (const [name, value] of Object.entries({ ...own, ...key, ...settings })) vi.stubEnv(name, value);
  try {
    const args = typeof line === 'string' ? line.split(' ') : line;
    await createProgram(signal).parseAsync([...args], { from: 'user' });
    return { code: 0, ...said };
  } catch (error) {
    const known = inWords(error);
    return {
      code: known?.exitCode ?? 1,
      ...said,
      stderr: `${said.stderr}${String(known ?? error)}\n${known?.next ?? ''}`,
    };
  } finally {
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}
