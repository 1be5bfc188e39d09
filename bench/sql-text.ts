/** Values as they stand in a statement. */

export function text(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

export function textList(values: readonly string[]): string {
  return values.map(text).join(', ');
}
