/** What is loaded into a process before the program: files that fail, and a clock that goes wrong. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../src/project-root.ts';
import type { How } from './stand.ts';

export interface FileFaults {
  /** Operations on paths below these folders are counted, others are not. */
  readonly below: readonly string[];
  /** Which one fails, of those of a process and its threads together; none where it is not given. */
  readonly at?: number;
  readonly code?: string;
  /** A file that takes a byte for each operation: so that threads count together. Not below the folders. */
  readonly tally: string;
}

function loaded(name: string): string[] {
  return ['--import', pathToFileURL(join(projectRoot(), 'dist', 'chaos', 'preload', `${name}.js`)).href];
}

export function fileFaults({ below, at, code, tally }: FileFaults): How {
  const plan = JSON.stringify({ below, at: at ?? null, code: code ?? 'EIO', tally });
  return { nodeOptions: loaded('files'), settings: { CHAOS_FILES: plan } };
}

/** @param milliseconds By which the process and its threads take it to be later. */
export function clockShiftedBy(milliseconds: number): How {
  return { nodeOptions: loaded('clock'), settings: { CHAOS_CLOCK: String(milliseconds) } };
}
