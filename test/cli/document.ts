import type { Ended } from '../support/program.ts';

export interface ErrorDocument {
  readonly error: {
    readonly code: string;
    readonly message: string;
    readonly faults: readonly { readonly where: string; readonly what: string }[];
    readonly next?: string;
  };
}

/** The one document that a command with `--json` has written. */
export function documentOf<T = Record<string, unknown>>({ stdout }: Pick<Ended, 'stdout'>): T {
  return JSON.parse(stdout) as T;
}

/** Every key of a document, at whatever depth, but for the names of counted things. */
export function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const counts = ['funnel', 'rejects', 'files', 'counts'].includes(key);
    return [key, ...(counts ? [] : keysOf(inner))];
  });
}
