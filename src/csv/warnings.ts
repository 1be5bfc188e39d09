import type { LineEnd } from './records.ts';

/** What is worth saying of a file that was read all the same. Ask when it is read. */
export function warningsOf(file: {
  readonly ignoredColumns: readonly string[];
  lineEnds(): readonly LineEnd[];
}): string[] {
  const ignored = file.ignoredColumns.map(
    (name) => `column ${JSON.stringify(name)} is not known and was not used`,
  );
  const ends = file.lineEnds();
  return ends.length > 1 ? [...ignored, `lines end in different ways: ${ends.join(', ')}`] : ignored;
}
