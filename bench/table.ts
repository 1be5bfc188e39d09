/** A table as plain text. */

export type Row = readonly string[];

const GAP = '  ';

/** In characters, of which each is taken to be as wide as the next. */
function widthOf(text: string): number {
  return [...text].length;
}

/**
 * Lines without blanks at their ends; a row may have fewer cells than others.
 * @param left columns, from 0, that are words and stand to the left; figures stand to the right
 */
export function tableLines(rows: readonly Row[], left: readonly number[] = [0]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const aligned = (cell: string, column: number) => {
    const blanks = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
    return left.includes(column) ? cell + blanks : blanks + cell;
  };
  return rows.map((row) => row.map(aligned).join(GAP).trimEnd());
}
