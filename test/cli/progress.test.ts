/** What stands on the screen while something is under way. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { progressLine } from '../../src/cli/progress.ts';
import { Screen } from '../../src/cli/screen.ts';
import { FakeTerminal } from './fake-terminal.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('on a terminal', () => {
  test('a bar moves in its line, and its last state stays', () => {
    const terminal = new FakeTerminal(100);
    const on = new Screen(terminal, true);
    const line = progressLine('match', { on });
    line.update(1, 4, '50,000 found');
    expect(terminal.lines()).toEqual(['match            ██████░░░░░░░░░░░░░░░░░░  25%  50,000 found']);
    expect(terminal.cursorShown).toBe(false);
    line.update(4, 4, '200,000 found');
    line.end();
    expect(terminal.lines()).toEqual([`match            ${'█'.repeat(24)} 100%  200,000 found`]);
    expect(terminal.cursorShown).toBe(true);
    expect(terminal.wraps).toBe(true);
  });

  test('what is said meanwhile goes above it, whole', () => {
    const terminal = new FakeTerminal(100);
    const on = new Screen(terminal, true);
    const first = progressLine('filter', { on });
    first.update(1, 2, 'a');
    on.note('warning: one');
    first.update(1, 2, 'b');
    vi.advanceTimersByTime(500);
    on.write('{"level":"warn"}\n');
    first.update(2, 2, 'c');
    first.end();
    const second = progressLine('draw', { on });
    second.update(2, 2, 'd');
    second.end();
    expect(terminal.lines()).toEqual([
      'warning: one',
      '{"level":"warn"}',
      `filter           ${'█'.repeat(24)} 100%  c`,
      `draw             ${'█'.repeat(24)} 100%  d`,
    ]);
  });

  test('it says how long it still takes, and in the end how long it took', () => {
    const terminal = new FakeTerminal(100);
    const line = progressLine('notify', { on: new Screen(terminal, true) });
    vi.advanceTimersByTime(10_000);
    line.update(1, 4, 'x');
    expect(terminal.lines().at(-1)).toMatch(/25% {2}x, 30 s left$/);
    vi.advanceTimersByTime(10_000);
    expect(terminal.lines().at(-1)).toMatch(/25% {2}x, 20 s left$/);
    line.update(4, 4, 'y');
    line.end();
    expect(terminal.lines().at(-1)).toMatch(/100% {2}y, 20 s$/);
  });

  test('it fits a narrow terminal', () => {
    const terminal = new FakeTerminal(40);
    const line = progressLine('publish', { on: new Screen(terminal, true) });
    line.update(1, 2, '98,199 notices, 12,000 accepted, 98,199 applications');
    line.end();
    expect(terminal.lines()).toHaveLength(1);
    expect(terminal.lines()[0]).toMatch(/^publish .+…$/);
  });

  test('it gives the cursor back where the process ends in the middle', () => {
    const terminal = new FakeTerminal(100);
    const on = new Screen(terminal, true);
    progressLine('match', { on }).update(1, 4, 'x');
    on.restore();
    expect(terminal.cursorShown).toBe(true);
    expect(terminal.wraps).toBe(true);
  });
});

describe('elsewhere', () => {
  test('there is a plain line in the end, and fewer and fewer before', () => {
    const terminal = new FakeTerminal(200);
    const line = progressLine('match', { on: new Screen(terminal, false) });
    for (let second = 0; second < 600; second++) {
      line.update(second, 600, `${second} parts`);
      vi.advanceTimersByTime(1_000);
    }
    line.update(600, 600, '600 parts');
    line.end();
    const lines = terminal.lines();
    expect(lines[0]).toMatch(/^match: 0 %, 5 parts, \d+ min \d+ s left$/);
    expect(lines.at(-1)).toBe('match: 100 %, 600 parts, 10 min 0 s');
    expect(lines.length).toBeLessThan(50);
    expect(terminal.written).not.toContain('\u001b');
  });

  test('what is minor and over in a second is not worth a line', () => {
    const terminal = new FakeTerminal(200);
    const on = new Screen(terminal, false);
    const short = progressLine('hashing', { on, minor: true });
    short.update(1, 1, '1 kB');
    short.end();
    expect(terminal.lines()).toEqual([]);
    const long = progressLine('hashing', { on, minor: true });
    vi.advanceTimersByTime(1_500);
    long.update(1, 1, '1 kB');
    long.end();
    expect(terminal.lines()).toEqual(['hashing: 100 %, 1 kB, 2 s']);
  });
});
