/** How far something is: a bar that moves on a terminal, a plain line now and then elsewhere. */
import { Presets, SingleBar } from 'cli-progress';
import { isMovingTerminal } from '../config.ts';
import { duration, note } from './output.ts';

export interface ProgressLine {
  /** How much of the total is done, and what to say beside it. */
  update(done: number, total: number, detail: string): void;
  /** Ends it as it stands. */
  end(): void;
}

/** Milliseconds between two plain lines. */
const PLAIN_INTERVAL = 5_000;
/** Characters of the widest label. */
const LABEL_WIDTH = 22;
const PERCENT = 100;

export function progressLine(label: string): ProgressLine {
  return isMovingTerminal() ? movingBar(label) : plainLines(label);
}

function movingBar(label: string): ProgressLine {
  const bar = new SingleBar(
    {
      format: `${label.padEnd(LABEL_WIDTH)} {bar} {percentage}%  {detail}`,
      stream: process.stderr,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  const left = new TimeLeft();
  let ended = false;
  bar.start(PERCENT, 0, { detail: '' });
  return {
    update: (done, total, detail) => {
      if (ended) return;
      const percent = percentOf(done, total);
      bar.update(percent, { detail: percent < PERCENT ? `${detail}${left.after(done, total)}` : detail });
    },
    end: () => {
      if (!ended) bar.stop();
      ended = true;
    },
  };
}

function plainLines(label: string): ProgressLine {
  const left = new TimeLeft();
  let last: { percent: number; detail: string; at: number } = { percent: -1, detail: '', at: Date.now() };
  let latest = '';
  return {
    update: (done, total, detail) => {
      const percent = percentOf(done, total);
      latest = `${label}: ${percent} %, ${detail}`;
      if (Date.now() - last.at < PLAIN_INTERVAL || (percent === last.percent && detail === last.detail))
        return;
      last = { percent, detail, at: Date.now() };
      note(`${latest}${percent < PERCENT ? left.after(done, total) : ''}`);
    },
    end: () => {
      if (latest !== '') note(latest);
      latest = '';
    },
  };
}

function percentOf(done: number, total: number): number {
  return total <= 0 ? PERCENT : Math.min(PERCENT, Math.floor((done / total) * PERCENT));
}

/** Guesses from the pace so far; says nothing in the first second. */
class TimeLeft {
  readonly #began = Date.now();

  after(done: number, total: number): string {
    const seconds = (Date.now() - this.#began) / 1000;
    if (seconds < 1 || done <= 0 || done >= total) return '';
    return `, ${duration((seconds * (total - done)) / done)} left`;
  }
}
