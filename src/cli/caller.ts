/** Who called this program, as far as it shows: on what terminal, and by what command. These are no settings. */
import { basename, relative } from 'node:path';

/** Whether standard error is a terminal on which a line can be written over. */
export function isMovingTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** How whoever called this program calls it again from the same folder: by npm, by its name, or by its file. */
export function commandAsTyped(): string {
  const script = process.argv[1] ?? '';
  const byNpm = process.env.npm_lifecycle_event;
  if (byNpm === 'npx') return 'npx gelombang';
  if (byNpm !== undefined) return 'npm run -s gelombang --';
  if (basename(script) === 'gelombang') return 'gelombang';
  const fromHere = relative(process.cwd(), script);
  return `node ${fromHere.startsWith('..') ? script : fromHere}`;
}
