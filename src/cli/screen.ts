/**
 * Standard error, which lines, log and a moving bar share: what is written while a bar is shown goes above it, and the
 * terminal gets its cursor back however the process ends.
 */
import { isMovingTerminal } from './caller.ts';

/** What of a terminal is used. */
export type ScreenStream = Pick<NodeJS.WriteStream, 'write' | 'columns' | 'isTTY'>;

/** Something at the bottom of the screen that can get out of the way. */
export interface Moving {
  hide(): void;
  show(): void;
}

export class Screen {
  readonly stream: ScreenStream;
  /** Whether a line can be written over. */
  readonly moves: boolean;
  #moving: Moving | undefined;

  constructor(stream: ScreenStream, moves: boolean) {
    this.stream = stream;
    this.moves = moves;
  }

  /** Whole lines, with their line ends. */
  write(text: string): void {
    this.#moving?.hide();
    this.stream.write(text);
    this.#moving?.show();
  }

  note(line: string): void {
    this.write(`${line}\n`);
  }

  /** There is one moving thing at a time: the one before has ended, or is ended by this. */
  begin(moving: Moving): void {
    this.#moving?.hide();
    this.#moving = moving;
    moving.show();
  }

  end(moving: Moving): void {
    if (this.#moving !== moving) return;
    moving.hide();
    this.#moving = undefined;
  }

  /** Leaves the terminal as it was found. */
  restore(): void {
    if (this.#moving !== undefined) this.end(this.#moving);
  }
}

export const screen = new Screen(process.stderr, isMovingTerminal());
