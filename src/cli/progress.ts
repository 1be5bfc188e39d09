/** How far something is: a bar that moves on a terminal, a plain line now and then elsewhere. */
import { createRequire } from 'node:module';
import type { SingleBar } from 'cli-progress';
import { type Moving, type Screen, screen } from './screen.ts';
import { duration } from './words.ts';

const require = createRequire(import.meta.url);

export interface ProgressLine {
  /** How much of the total is done, and what to say beside it. */
  update(done: number, total: number, detail: string): void;
  /** Ends it as it stands. */
  end(): void;
}

interface Options {
  /** Said only if it takes longer than a second. */
  readonly minor?: boolean;
  readonly on?: Screen;
}

/** Milliseconds between two plain lines: at first, and then a part of what has passed, so that hours are not a flood. */
const PLAIN_INTERVAL = 5_000;
const PLAIN_GROWTH = 0.1;
/** Milliseconds. */
const MINOR = 1_000;

const LABEL_WIDTH = 16;
const WIDEST_BAR = 40;
const NARROWEST_BAR = 10;
/** Columns that are kept for what stands beside the bar. */
const DETAIL_WIDTH = 52;

export function progressLine(label: string, { minor = false, on = screen }: Options = {}): ProgressLine {
  const pace = new Pace();
  const display = on.moves ? new MovingBar(label, on, pace) : new PlainLines(label, on, pace);
  let shown = false;
  let ended = false;
  return {
    update: (done, total, detail) => {
      if (ended) return;
      pace.update(done, total, detail);
      if (!shown && (!minor || pace.passed >= MINOR)) {
        shown = true;
        display.begin();
      }
      if (shown) display.update();
    },
    end: () => {
      if (shown && !ended) display.end();
      ended = true;
    },
  };
}

/** How much is done, since when, and a guess from that of how long the rest takes. */
class Pace {
  readonly #began = Date.now();
  #updated = this.#began;
  #done = 0;
  #total = 1;
  #detail = '';

  update(done: number, total: number, detail: string): void {
    this.#updated = Date.now();
    this.#done = done;
    this.#total = total;
    this.#detail = detail;
  }

  /** Milliseconds. */
  get passed(): number {
    return Date.now() - this.#began;
  }

  get percent(): number {
    return this.#total <= 0 ? 100 : Math.min(100, Math.floor((this.#done / this.#total) * 100));
  }

  /** What was said, and the time: left while something is, taken in the end; a second or less is not worth a word. */
  describe(): string {
    return [this.#detail, this.#time()].filter((part) => part !== '').join(', ');
  }

  #time(): string {
    if (this.passed < 1000) return '';
    if (this.percent >= 100) return duration(this.passed / 1000);
    if (this.#done <= 0) return `${duration(this.passed / 1000)} so far`;
    const until = (this.#updated - this.#began) * (this.#total / this.#done);
    return `${duration(Math.max(1, (until - this.passed) / 1000))} left`;
  }
}

class MovingBar implements Moving {
  readonly #label: string;
  readonly #screen: Screen;
  readonly #pace: Pace;
  #bar: SingleBar | undefined;

  constructor(label: string, on: Screen, pace: Pace) {
    this.#label = label;
    this.#screen = on;
    this.#pace = pace;
  }

  begin(): void {
    this.#screen.begin(this);
  }

  update(): void {
    this.#bar?.update(this.#pace.percent);
  }

  /** The line that stays is written as any other line. */
  end(): void {
    this.#screen.end(this);
    this.#screen.note(this.#line());
  }

  /** A bar that has stopped cannot go on: it remembers where on the screen it began, and that is not there any more. */
  show(): void {
    const stream = this.#screen.stream as NodeJS.WriteStream;
    // Only a terminal that moves has a use for it.
    const { SingleBar } = require('cli-progress') as typeof import('cli-progress');
    this.#bar = new SingleBar({
      stream,
      format: () => this.#line(),
      hideCursor: true,
      clearOnComplete: true,
    });
    this.#bar.start(100, this.#pace.percent);
  }

  hide(): void {
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #line(): string {
    const columns = this.#screen.stream.columns || 80;
    const width = Math.max(NARROWEST_BAR, Math.min(WIDEST_BAR, columns - LABEL_WIDTH - DETAIL_WIDTH - 8));
    const { percent } = this.#pace;
    const full = Math.round((percent / 100) * width);
    const bar = '█'.repeat(full) + '░'.repeat(width - full);
    const line = `${this.#label.padEnd(LABEL_WIDTH)} ${bar} ${`${percent}%`.padStart(4)}  ${this.#pace.describe()}`;
    return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
  }
}

class PlainLines {
  readonly #label: string;
  readonly #screen: Screen;
  readonly #pace: Pace;
  #saidAt = 0;
  #said = '';

  constructor(label: string, on: Screen, pace: Pace) {
    this.#label = label;
    this.#screen = on;
    this.#pace = pace;
  }

  begin(): void {}

  update(): void {
    const { passed } = this.#pace;
    if (passed - this.#saidAt < Math.max(PLAIN_INTERVAL, passed * PLAIN_GROWTH)) return;
    this.#say();
  }

  end(): void {
    this.#say();
  }

  #say(): void {
    const line = `${this.#label}: ${this.#pace.percent} %, ${this.#pace.describe()}`.replace(/, $/, '');
    if (line !== this.#said) this.#screen.note(line);
    this.#said = line;
    this.#saidAt = this.#pace.passed;
  }
}
