/** What is said of a place in the draw: tickets, provinces, chances. */
import { expect, test } from 'vitest';
import { type DrawRecord, drawnFrom } from '../../src/explain/drawn.ts';
import { ENGLISH } from '../../src/explain/english.ts';
import { figuresIn } from '../../src/explain/figures.ts';
import { INDONESIAN } from '../../src/explain/indonesian.ts';
import type { DrawnExplanation } from '../../src/explain/texts.ts';
import type { Policy } from '../../src/policy/policy.ts';

const POLICY = {
  ...{ reserve: 5, priority: [{ disability: true }], regions: { '31': 20 } },
  tickets: { per_unsuccessful_wave: 2, max: 5 },
} as unknown as Policy;

const CUTOFFS: DrawRecord['cutoffs'] = [
  { region: 31, candidates: 100, accepted: 20, chance: 0.2 },
  { region: 32, candidates: 40, accepted: 4, chance: 0.11 },
  { region: 35, candidates: 60, accepted: 7, chance: 0.11 },
  { region: 51, candidates: 1, accepted: 1, chance: 0.11 },
];

function drawn(more: Partial<DrawRecord['line']>, record: Partial<DrawRecord> = {}) {
  return drawnFrom({
    wave: { policy: POLICY, quota: 40, funnel: [['CANDIDATES', 201]] },
    line: { registration_no: 'A', tier: 1, tickets: 1, household: '', slots: 2, region: '35', ...more },
    ...{ cutoffs: CUTOFFS, rank: 50, reservePlace: null, unsuccessful: [], ...record },
  });
}

test('provinces without seats of their own are counted together, and share a chance', () => {
  expect(drawn({})).toMatchObject({
    ...{ region_seats: 0, alike: { candidates: 101, accepted: 12 } },
    ...{ chance_of_one_ticket: 0.11, chance: expect.closeTo(0.11, 12) },
  });
});

test('a province with seats of its own has its own', () => {
  expect(drawn({ region: '31' })).toMatchObject({
    ...{ region_seats: 20, alike: { candidates: 100, accepted: 20 } },
    ...{ chance_of_one_ticket: 0.2 },
  });
});

test('with k tickets the chance is that not all of them fail', () => {
  const { chance, chance_of_one_ticket: one } = drawn({ tickets: 3 });
  expect(one).toBe(0.11);
  expect(chance).toBeCloseTo(1 - 0.89 ** 3, 12);
  const tiny = [{ region: 35, candidates: 9, accepted: 1, chance: 1e-17 }];
  expect(drawn({ tickets: 3 }, { cutoffs: tiny }).chance).toBeCloseTo(3e-17, 25);
});

test('where the seats did not get as far as any candidate of the province, nothing is said', () => {
  expect(drawn({}, { cutoffs: [] }).chance).toBeNull();
  expect(drawn({ region: '36' }).chance).toBeNull();
});

test('the tier is told by the entry of the priorities, the last by none', () => {
  expect(drawn({ tier: 0 })).toMatchObject({ tier: 0, tiers: 2, priority: { disability: true } });
  expect(drawn({ tier: 1 }).priority).toBeNull();
});

test('waves without a seat are named where they give tickets, and not where they do not', () => {
  expect(drawn({ tickets: 5 }, { unsuccessful: [15, 16] }).unsuccessful_waves).toEqual([15, 16]);
  const policy = { ...POLICY, tickets: { per_unsuccessful_wave: 0, max: 1 } };
  const wave = { policy, quota: 40, funnel: [] };
  expect(drawn({}, { wave, unsuccessful: [15, 16] }).unsuccessful_waves).toEqual([]);
});

test('all of it is put into words', () => {
  const said = (outcome: string, draw: ReturnType<typeof drawn>) => {
    const explanation = { outcome, draw } as DrawnExplanation;
    return {
      en: new Map(ENGLISH.draw(explanation, figuresIn('en'))),
      id: new Map(INDONESIAN.draw(explanation, figuresIn('id'))),
    };
  };
  const reserve = said(
    'RESERVE',
    drawn({ region: '31', tickets: 5 }, { rank: 1043, reservePlace: 3, unsuccessful: [15, 16] }),
  );
  expect(Object.fromEntries(reserve.en)).toEqual({
    tier: '1 of 0 to 1: whoever meets none of the priorities',
    tickets: '5, since the account was not drawn in waves 15 and 16',
    household: '2 places left before the draw',
    place: '1,043 of 201 candidates in draw order, number 3 of the 5 in the reserve',
    seats: expect.stringMatching(/^40, of which 20 went to the first candidates of .*31/),
    accepted: expect.stringMatching(/^20 of 100 candidates of tier 1 in .*31/),
    chance: '20.0% for one ticket, 67.2% for 5',
  });
  expect(Object.fromEntries(reserve.id)).toMatchObject({
    tiket: '5, karena akun ini belum terpilih di gelombang 15 dan 16',
    urutan: '1.043 dari 201 calon, nomor 3 dari 5 cadangan',
    peluang: '20,0% untuk satu tiket, 67,2% untuk 5 tiket',
  });
  const full = said('HOUSEHOLD_CAP', drawn({ slots: 0 }, { rank: null }));
  expect(full.en.get('household')).toMatch(/^no place left: people of this KK/);
  expect(full.en.has('place')).toBe(false);
  expect(full.id.get('keluarga')).toMatch(/^jatah sudah habis/);
  const later = said('HOUSEHOLD_CAP', drawn({ slots: 1 }, { rank: null }));
  expect(later.en.get('household')).toBe(
    '1 place left before the draw, and another application of this KK came first in draw order',
  );
  expect(later.en.get('chance')).toContain('of a household with a place left');
});
