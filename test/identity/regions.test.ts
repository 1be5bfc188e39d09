/** The table of provinces, and the names of all regions below them. */
import { getProvinces } from 'idn-area-data';
import { expect, test } from 'vitest';
import { DISTRICTS } from '../../fixtures/places.ts';
import { isProvince, isProvinceNumber, PROVINCES } from '../../src/identity/provinces.ts';
import { loadRegionNames } from '../../src/identity/regions.ts';

test('the provinces are the 38 that there are, by the names that there are', async () => {
  const known = (await getProvinces()).map(({ code, name }) => [code, name]);
  const named = Object.entries(PROVINCES).map(([code, name]) => [
    code,
    name.toUpperCase().replace(/^DI /, 'DAERAH ISTIMEWA '),
  ]);
  expect(known).toHaveLength(38);
  expect(Object.fromEntries(named)).toEqual(Object.fromEntries(known));
});

test('a code is known as digits and as a number alike', () => {
  for (let code = 0; code < 120; code++) {
    const digits = String(code).padStart(2, '0');
    expect(isProvinceNumber(code), digits).toBe(isProvince(digits));
  }
});

test('regencies and districts have their names', async () => {
  const names = await loadRegionNames();
  expect([names.get('3171'), names.get('317101')]).toEqual(['Kota Administrasi Jakarta Pusat', 'Gambir']);
  expect([names.get('3273'), names.get('327305')]).toEqual(['Kota Bandung', 'Andir']);
  expect(names.get('7310')).toBe('Kabupaten Pangkajene dan Kepulauan');
  expect(names.get('317199')).toBeUndefined();
  expect(names.size).toBeGreaterThan(7_500);
  const odd = [...names].filter(
    ([code, name]) =>
      !/^(\d{4}|\d{6})$/.test(code) || !isProvince(code.slice(0, 2)) || !/^[A-Z0-9]\S*( \S+)*$/.test(name),
  );
  expect(odd).toEqual([]);
});

test('they are read once', async () => {
  expect(await loadRegionNames()).toBe(await loadRegionNames());
});

test('the people that are made up come from provinces that there are', () => {
  expect(DISTRICTS.filter((code) => !isProvince(code.slice(0, 2)))).toEqual([]);
});
