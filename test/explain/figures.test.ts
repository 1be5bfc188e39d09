import { expect, test } from 'vitest';
import { figuresIn } from '../../src/explain/figures.ts';

const [en, id] = [figuresIn('en'), figuresIn('id')];

test('amounts are grouped as each language does', () => {
  expect([0, 999, 1000, 1_234_567].map(en.amount)).toEqual(['0', '999', '1,000', '1,234,567']);
  expect(id.amount(1_234_567)).toBe('1.234.567');
});

test('a share is nothing or all only where it is', () => {
  expect([0, 0.000001, 0.00123, 0.0267, 0.5, 0.99999, 1].map(en.percent)).toEqual([
    ...['0%', '< 0.01%', '0.12%', '2.7%', '50.0%', '99.9%', '100%'],
  ]);
  expect(id.percent(0.267)).toBe('26,7%');
});

test('days and times are written out, times in their own offset', () => {
  expect([en.day('2021-08-01'), id.day('2021-08-01')]).toEqual(['1 August 2021', '1 Agustus 2021']);
  expect(en.moment('2021-01-04T08:00:59.5+07:00')).toBe('4 January 2021, 08:00 (+07:00)');
  expect(id.moment('2021-01-04T08:00Z')).toBe('4 Januari 2021 pukul 08.00 (UTC)');
  expect(en.moment('some day')).toBe('some day');
});

test('a series has one word before its last', () => {
  expect([en.series([3]), en.series([3, 9]), id.series([3, 9, 16])]).toEqual(['3', '3 and 9', '3, 9 dan 16']);
});
