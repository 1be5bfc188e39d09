/** When a new version of a list is held, and in which words. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { suspicionIn, suspicionOf, type WaveHits } from '../../src/wave/lists-suspicion.ts';

const kind = 'deny' as const;
const before = (entries: number, version = 3) => ({ version, kind, entries });

function ofSize(entries: number, was: number): string | null {
  return suspicionOf({ kind, entries, before: before(was), waves: [] });
}

function hitting(...waves: WaveHits[]): string | null {
  return suspicionOf({ kind, entries: 100, before: undefined, waves });
}

test('a version of the other kind is held: it would let in whom the list kept out', () => {
  const other = suspicionOf({ kind: 'priority', entries: 100, before: before(100), waves: [] });
  expect(other).toBe('a priority list, and version 3 is a deny list');
});

describe('the size of a version', () => {
  test('may differ by a fifth from that of the version before, and not by more', () => {
    expect([ofSize(1_000, 1_000), ofSize(1_200, 1_000), ofSize(800, 1_000)]).toEqual([null, null, null]);
    expect(ofSize(1_201, 1_000)).toBe(
      '1,201 entries, 20.1 % more than the 1,000 of version 3 (more than 20 %)',
    );
    expect(ofSize(799, 1_000)).toBe('799 entries, 20.1 % fewer than the 1,000 of version 3 (more than 20 %)');
    expect(ofSize(1_200_001, 1_000_000)).toContain('20.1 % more than the 1,000,000 of');
  });

  test('is told with the figures', () => {
    expect(ofSize(3_102, 7_950)).toBe(
      '3,102 entries, 61 % fewer than the 7,950 of version 3 (more than 20 %)',
    );
    expect(ofSize(1, 4_000)).toContain('1 entry, 100 % fewer than the 4,000');
    expect(ofSize(25_000, 2)).toContain('25,000 entries, 1,249,900 % more than the 2 of');
    expect(ofSize(10_000, 7)).toContain('142,757.2 % more');
  });

  test('is never that of an empty one, unless both are', () => {
    expect(ofSize(0, 5)).toContain('0 entries, 100 % fewer');
    expect(ofSize(2, 0)).toBe('2 entries, and version 3 had none');
    expect(ofSize(0, 0)).toBeNull();
  });

  test('says nothing where there is no version before', () => {
    expect(suspicionOf({ kind, entries: 1_000_000, before: undefined, waves: [] })).toBeNull();
  });

  test('is held if and only if it is outside of four fifths and six fifths', () => {
    const sizes = fc.nat({ max: 30_000_000 });
    fc.assert(
      fc.property(sizes, sizes, (now, was) => {
        const within = 5n * BigInt(now) >= 4n * BigInt(was) && 5n * BigInt(now) <= 6n * BigInt(was);
        expect(ofSize(now, was) === null).toBe(within);
      }),
    );
  });
});

describe('the applications that a version meets', () => {
  test('may be one in twenty of a wave, and not more', () => {
    expect(hitting({ wave: 17, applications: 1_000, hits: 50 })).toBeNull();
    expect(hitting({ wave: 17, applications: 1_000, hits: 51 })).toBe(
      '5.1 % of the 1,000 applications of wave 17 are on it (more than 5 %)',
    );
    expect(hitting({ wave: 17, applications: 1_000_000, hits: 50_001 })).toContain('5.1 % of the 1,000,000');
  });

  test('are counted wave by wave: each that is hit is named', () => {
    const said = hitting(
      { wave: 17, applications: 120_000, hits: 9_840 },
      { wave: 18, applications: 10, hits: 0 },
      { wave: 19, applications: 1, hits: 1 },
    );
    expect(said).toBe(
      '8.2 % of the 120,000 applications of wave 17 are on it (more than 5 %); ' +
        '100 % of the 1 application of wave 19 is on it (more than 5 %)',
    );
  });

  test('are none where the wave has none', () => {
    expect(hitting({ wave: 17, applications: 0, hits: 0 })).toBeNull();
  });

  test('are told beside the size', () => {
    const waves = [{ wave: 17, applications: 120_000, hits: 9_840 }];
    expect(suspicionOf({ kind, entries: 3_102, before: before(7_950), waves })).toBe(
      '3,102 entries, 61 % fewer than the 7,950 of version 3 (more than 20 %); ' +
        '8.2 % of the 120,000 applications of wave 17 are on it (more than 5 %)',
    );
  });
});

describe('what is published of one wave', () => {
  const waves = [17, 18, 19].map((wave) => ({ wave, applications: wave - 16, hits: 1 }));
  const size = '200 entries, 100 % more than the 100 of version 3 (more than 20 %)';

  test('has the size and its own figures, and of other waves none', () => {
    const said = suspicionOf({ kind, entries: 200, before: before(100), waves }) ?? '';
    const another = 'too many applications of another wave are on it (more than 5 %)';
    expect(suspicionIn(17, said)).toBe(
      `${size}; 100 % of the 1 application of wave 17 is on it (more than 5 %); ${another}`,
    );
    expect(suspicionIn(18, said)).toBe(
      `${size}; ${another}; 50 % of the 2 applications of wave 18 are on it (more than 5 %)`,
    );
    expect(suspicionIn(1, said)).toBe(`${size}; ${another}`);
  });

  test('is all that was said where that is of no other', () => {
    for (const said of [
      hitting(waves[0] as WaveHits),
      ofSize(1, 4),
      'a deny list, and version 3 is a priority list',
    ])
      expect(suspicionIn(17, said ?? '')).toBe(said);
  });
});
