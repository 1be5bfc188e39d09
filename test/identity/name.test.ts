import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanName, nameSimilarity } from '../../src/identity/name.ts';

describe('cleanName', () => {
  test.each([
    ['Budi  Santoso ', 'BUDI SANTOSO'],
    ["Nur'aini Al-Hakim", 'NURAINI ALHAKIM'],
    ['José Nuñez', 'JOSE NUNEZ'],
    ['A . B', 'A B'],
    ['Siti\tAminah', 'SITI AMINAH'],
    ['Straße', 'STRASSE'],
    ['김철수', '김철수'],
    ['Muhammad 2nd', 'MUHAMMAD 2ND'],
    ['-.,', ''],
  ])('%j is %j', (text, expected) => {
    expect(cleanName(text)).toBe(expected);
    expect(cleanName(cleanName(text))).toBe(expected);
  });
});

describe('nameSimilarity', () => {
  test.each([
    ['BUDI SANTOSO', 'Budi Santoso', 100],
    ['BUDI SANTOSO', 'BUDI SANTOSA', 91],
    ['SITI NURHALIZA', 'SITI NUR HALIZA', 93],
    ['ABCDE', 'ABCDX', 80],
    ['ABC', '', 0],
    ['', '', 0],
    ['.', '-', 0],
    ['𝒜𝒷', '𝒜𝒸', 50],
  ])('%j and %j: %i percent', (left, right, expected) => {
    expect(nameSimilarity(left, right)).toBe(expected);
    expect(nameSimilarity(right, left)).toBe(expected);
  });

  test('is the plain rule where no title is written', () => {
    const name = fc.stringMatching(/^[A-Za-z0-9é𝒜' -]{0,40}$/u);
    fc.assert(
      fc.property(name, name, (left, right) => {
        expect(nameSimilarity(left, right)).toBe(plain(left, right));
      }),
    );
  });

  test('titles only ever raise it', () => {
    const word = fc.constantFrom(
      'H.',
      'Hj.',
      'DR.',
      'S.Pd',
      ', SE',
      'S.E.',
      'BUDI',
      'SITI',
      'S',
      'E',
      ',',
      '.',
      'H',
    );
    const name = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(name, name, (left, right) => {
        expect(nameSimilarity(left, right)).toBeGreaterThanOrEqual(plain(left, right));
      }),
    );
  });

  test.each([
    ['H. ABDUL RAHMAN', 'ABDUL RAHMAN'],
    ['Drs.H.Abdul Rahman, S.Pd., M.M.', 'ABDUL RAHMAN'],
    ['Prof. Dr. Ir. SITI AMINAH S.Kom M.T', 'Hj. SITI AMINAH'],
    ['SITI AMINAH, SE, MM', 'SITI AMINAH'],
    ['SITI AMINAH, A.Md.Keb', 'SITI AMINAH, S.Tr.Keb'],
  ])('titles do not count: %j is %j', (left, right) => {
    expect(nameSimilarity(left, right)).toBe(100);
  });

  test.each([
    ['S E', 'BUDI'],
    ['BUDI S E', 'BUDI'],
    ['H ABDUL', 'ABDUL'],
    ['SE ABDUL', 'ABDUL'],
    ['DRAJAT', 'JAT'],
    ['H.', 'S.E'],
  ])('what is no title, or the whole name, stays: %j and %j', (left, right) => {
    expect(nameSimilarity(left, right)).toBe(plain(left, right));
    expect(nameSimilarity(left, right)).toBeLessThan(100);
  });
});

/** The rule without titles: floor(100 × (m − d) / m) over code points. */
function plain(left: string, right: string): number {
  const [from, to] = [[...cleanName(left)], [...cleanName(right)]];
  const longer = Math.max(from.length, to.length);
  return longer === 0 ? 0 : Math.floor((100 * (longer - levenshtein(from, to))) / longer);
}

function levenshtein(from: readonly string[], to: readonly string[]): number {
  let row = to.map((_, index) => index + 1);
  row.unshift(0);
  for (const [deleted, letter] of from.entries()) {
    const next = [deleted + 1];
    for (const [index, other] of to.entries()) {
      const kept = (row[index] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[index + 1] ?? 0) + 1, (next[index] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
