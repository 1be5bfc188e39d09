import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ByteRecord } from '../../src/csv/csv.ts';
import { REGISTRY_COLUMNS, readPerson, readPlainPerson } from '../../src/ingest/registry-people.ts';

const PLACES = { nik: 0, kk: 1, full_name: 2, birth_date: 3, sex: 4, status: 5 } as const;

function mostly(good: readonly string[], other: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof({ arbitrary: fc.constantFrom(...good), weight: 3 }, { arbitrary: other, weight: 1 });
}

const FIELDS = [
  mostly(
    ['9671011708450003', '0000000000000001'],
    fc.stringMatching(/^[0-9]{15,17}$|^[0-9]{6}[ .-][0-9]{10}$|^[0-9]{15}[A-Z\u0660]$/),
  ),
  mostly(
    ['3171010101010002', '', '7777777777777777', '7777777777777778', '0000000000000000'],
    fc.stringMatching(/^[0-9]{16} ?$|^[0-9]{0,2}$/),
  ),
  mostly(
    ['Siti', '', 'A É B'],
    fc.oneof(fc.constantFrom(' U', '\u00a0A', 'A\u3000'), fc.string({ maxLength: 6 })),
  ),
  mostly(
    ['1990-10-20', '0001-01-01', '9999-12-31', '2000-02-29'],
    fc.stringMatching(/^(0000|1900|[0-9]{4})-(0[0-9]|1[0-3])-(29|[0-3][0-9])$|^1990-1-01$|^1990-10-20 $/),
  ),
  mostly(['L', 'P'], fc.constantFrom('l', '', 'LP', ' L')),
  mostly(
    ['ACTIVE', 'INACTIVE', 'DECEASED', 'DUPLICATE'],
    fc.constantFrom('active', '', 'ACTIVE ', 'DUPLICATES'),
  ),
] as const;

function bytesOf(fields: readonly string[]): ByteRecord {
  const parts = fields.map((field) => Buffer.from(`${field},`));
  const ends = Uint32Array.from(parts, (_, place) => Buffer.concat(parts.slice(0, place + 1)).length - 1);
  const starts = Uint32Array.from(parts, (part, place) => (ends[place] ?? 0) - part.length + 1);
  return { bytes: Buffer.concat(parts), line: 7, starts, ends };
}

test('what is read from bytes is what is read from text', () => {
  let plain = 0;
  fc.assert(
    fc.property(fc.tuple(...FIELDS), (fields) => {
      const person = { nikHigh: 0, nikLow: 0, kkHigh: 0, kkLow: 0, birthDay: 0, female: 0, status: 0 };
      const record = bytesOf(fields);
      if (!readPlainPerson(record, PLACES, person)) return;
      plain += 1;
      const fullName = record.bytes.toString('utf8', record.starts[2], record.ends[2]);
      const read = readPerson({ fields, line: 7 }, PLACES);
      expect(read).toEqual({ row: { ...person, fullName }, normalised: 0 });
    }),
    { numRuns: 5_000 },
  );
  expect(plain).toBeGreaterThan(500);
});

test('a row with nothing unusual is read from bytes', () => {
  const person = { nikHigh: 0, nikLow: 0, kkHigh: 0, kkLow: 0, birthDay: 0, female: 0, status: 0 };
  const fields = ['9671011708450003', '3171010101010002', 'Siti Aminah', '1990-10-20', 'P', 'DECEASED'];
  expect(readPlainPerson(bytesOf(fields), PLACES, person)).toBe(true);
  expect(person).toEqual({
    nikHigh: 96710117,
    nikLow: 8450003,
    kkHigh: 31710101,
    kkLow: 1010002,
    birthDay: -3360,
    female: 1,
    status: 2,
  });
});

test('the columns are those of the header', () => {
  expect(Object.keys(PLACES)).toEqual(REGISTRY_COLUMNS.columns);
});
