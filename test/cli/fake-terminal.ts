/** A terminal of so many columns and endless rows that understands as much as a progress bar uses. */
import type { ScreenStream } from '../../src/cli/screen.ts';

const ESCAPE = String.fromCharCode(27);
const TOKEN = new RegExp(`${ESCAPE}(?:\\[[?\\d;]*[a-zA-Z]|[78])|[^]`, 'g');

export class FakeTerminal implements ScreenStream {
  readonly isTTY = true;
  readonly columns: number;
  written = '';
  cursorShown = true;
  wraps = true;
  #rows: string[] = [''];
  #row = 0;
  #column = 0;
  #saved = { row: 0, column: 0 };

  constructor(columns: number) {
    this.columns = columns;
  }

  write = (text: string | Uint8Array): boolean => {
    this.written += text;
    for (const token of String(text).match(TOKEN) ?? []) this.#take(token);
    return true;
  };

  /** What can be read, without the empty line that the cursor waits in. */
  lines(): string[] {
    const lines = this.#rows.map((row) => row.trimEnd());
    return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
  }

  #take(token: string): void {
    if (token === '\n') this.#newLine();
    else if (token.length === 1) this.#put(token);
    if (token === '\u001b7') this.#saved = { row: this.#row, column: this.#column };
    if (token === '\u001b8') ({ row: this.#row, column: this.#column } = this.#saved);
    if (token === '\u001b[?25l' || token === '\u001b[?25h') this.cursorShown = token.endsWith('h');
    if (token === '\u001b[?7l' || token === '\u001b[?7h') this.wraps = token.endsWith('h');
    if (token.endsWith('G')) this.#column = Number(token.slice(2, -1) || 1) - 1;
    if (token.endsWith('K')) this.#erase(token);
  }

  #newLine(): void {
    this.#row++;
    this.#column = 0;
    if (this.#row === this.#rows.length) this.#rows.push('');
  }

  #put(character: string): void {
    if (this.#column >= this.columns) throw new Error('a line is wider than the terminal');
    const row = (this.#rows[this.#row] ?? '').padEnd(this.#column);
    this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1);
    this.#column++;
  }

  #erase(token: string): void {
    const row = this.#rows[this.#row] ?? '';
    this.#rows[this.#row] = token === '\u001b[2K' ? '' : row.slice(0, this.#column);
  }
}
