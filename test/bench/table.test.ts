import { describe, expect, test } from 'vitest';
import { goalInWords } from '../../bench/goals.ts';
import { tableLines } from '../../bench/table.ts';

describe('a table', () => {
  test('has figures to the right, words to the left, and no blanks at the ends of lines', () => {
    const rows = [
      ['', 'median', 'goal'],
      ['import', '12.3 s', '≤ 0.60 missed'],
      ['wave close', '5 s', ''],
      ['peer'],
    ];
    expect(tableLines(rows, [0, 2])).toEqual([
      '            median  goal',
      'import      12.3 s  ≤ 0.60 missed',
      'wave close     5 s',
      'peer',
    ]);
  });

  test('without rows is nothing', () => {
    expect(tableLines([])).toEqual([]);
  });
});

describe('a goal', () => {
  const goal = { most: 0.6, fromApplications: 1000 };
  const inWords = (value: number) => value.toFixed(1);

  test.each([
    [0.6, 1000, '≤ 0.6 reached'],
    [0.61, 1000, '≤ 0.6 missed'],
    [0.1, 999, ''],
  ])('stands to %d of %d applications as "%s"', (value, applications, words) => {
    expect(goalInWords(goal, value, applications, inWords)).toBe(words);
  });
});
