/** What is going on, on standard error: the figures alone go to standard output. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
