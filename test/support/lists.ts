/** Lists of made-up NIKs, imported as an operator does it. */

import type { ListDescription } from '../../src/ingest/list-version.ts';
import { importList, type ListSummary } from '../../src/ingest/lists.ts';
import { fileOf, type Installation } from './installation.ts';

/** In every province, and in buckets of all kinds. */
export function nikOf(serial: number): string {
  return String(
    BigInt(1_171_011_708_450_000 + (serial % 9) * 1_000_000_000_000_000) + BigInt(serial) * 7_919n,
  );
}

/** Of so many people, from a serial on. */
export function niksOf(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, place) => nikOf(from + place));
}

export interface GivenList extends Partial<ListDescription> {
  readonly operator?: string;
  readonly signal?: AbortSignal;
}

let files = 0;

/** Denies by the name of `dtks` where nothing else is said. */
export async function importNiks(
  to: Installation,
  niks: readonly string[],
  { operator = 'tester', signal = new AbortController().signal, ...list }: GivenList = {},
): Promise<ListSummary> {
  const path = await fileOf(to, `list-${++files}.csv`, `nik\n${niks.map((nik) => `${nik}\n`).join('')}`);
  const described = { name: 'dtks', kind: 'deny', source: 'test', listedOn: null, ...list } as const;
  const options = { path, signal, onProgress: () => {}, list: described, operator };
  return importList(to.database, options, to.log);
}
