import { distance } from 'fastest-levenshtein';
import { type Fault, GelombangError } from '../errors.ts';
import { type ColumnSet, columnNamed, namesOfColumn, plainColumnName } from './columns.ts';

/** What a header says: which of the accepted sets the file holds, and where. */
export interface MatchedHeader {
  readonly set: string;
  /** Column → index of its field in a record. */
  readonly columns: Readonly<Record<string, number>>;
  /** Headers that are not wanted, as they are written. */
  readonly ignoredColumns: readonly string[];
}

/** Where each known column stands in a header; more than one place is a fault of the file. */
type Places = ReadonlyMap<string, readonly number[]>;

/**
 * Matches a header with the accepted column sets. The set counts that has the most of its columns in the header, and
 * of two such the one that misses fewer: so a re-join file is only one in which nothing else is known.
 *
 * @throws GelombangError INPUT_REFUSED with every missing and every repeated column.
 */
export function matchHeader(
  path: string,
  header: readonly string[],
  sets: readonly ColumnSet[],
): MatchedHeader {
  const places = placesOf(header);
  const set = bestSet(places, sets);
  const faults = [...missingColumns(set, places, header), ...repeatedColumns(set, places, header)];
  if (faults.length > 0) {
    throw new GelombangError('INPUT_REFUSED', `${path}: its columns are not those of a file of ${set.name}`, {
      concerns: { file: path, line: 1 },
      faults,
      next: `Expected: ${set.columns.join(',')}. Correct the header and import the file again; nothing was changed.`,
    });
  }
  const columns = Object.fromEntries(set.columns.map((column) => [column, places.get(column)?.[0] ?? -1]));
  const used = new Set(Object.values(columns));
  return { set: set.name, columns, ignoredColumns: header.filter((_, index) => !used.has(index)) };
}

/** How many of the header's names are known: what tells the right delimiter from a wrong one. */
export function countKnownColumns(header: readonly string[]): number {
  return header.filter((name) => columnNamed(name) !== undefined).length;
}

function placesOf(header: readonly string[]): Places {
  const places = new Map<string, number[]>();
  header.forEach((name, index) => {
    const column = columnNamed(name) ?? plainColumnName(name);
    places.set(column, [...(places.get(column) ?? []), index]);
  });
  return places;
}

function bestSet(places: Places, sets: readonly ColumnSet[]): ColumnSet {
  const present = (set: ColumnSet) => set.columns.filter((column) => places.has(column)).length;
  const [best] = sets.toSorted((a, b) => present(b) - present(a) || a.columns.length - b.columns.length);
  if (best === undefined) throw new GelombangError('UNEXPECTED', 'no columns were asked for');
  return best;
}

function missingColumns(set: ColumnSet, places: Places, header: readonly string[]): Fault[] {
  const unknown = header.filter((name) => name.trim() !== '' && columnNamed(name) === undefined);
  return set.columns
    .filter((column) => !places.has(column))
    .map((column) => {
      const nearest = nearestHeader(column, unknown);
      const fault = { where: 'line 1', what: `the column ${column} is missing` };
      return nearest === undefined
        ? fault
        : { ...fault, hint: `the nearest found is ${JSON.stringify(nearest)}` };
    });
}

/** Of the headers that mean nothing else, the one that differs least from any of the column's names. */
function nearestHeader(column: string, candidates: readonly string[]): string | undefined {
  const names = namesOfColumn(column);
  const difference = (header: string) =>
    Math.min(
      ...names.map((name) => distance(plainColumnName(header), name) / Math.max(header.length, name.length)),
    );
  const [nearest] = candidates
    .map((header) => ({ header, difference: difference(header) }))
    .toSorted((a, b) => a.difference - b.difference);
  return nearest !== undefined && nearest.difference <= 0.5 ? nearest.header.trim().slice(0, 40) : undefined;
}

function repeatedColumns(set: ColumnSet, places: Places, header: readonly string[]): Fault[] {
  return set.columns.flatMap((column) => {
    const indices = places.get(column) ?? [];
    if (indices.length < 2) return [];
    const written = indices
      .map((index) => `${JSON.stringify(header[index])} (column ${index + 1})`)
      .join(' and ');
    return [
      {
        where: 'line 1',
        what: `the column ${column} stands there more than once: ${written}`,
        hint: 'keep one',
      },
    ];
  });
}
