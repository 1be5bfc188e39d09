/** Where people live, in words. */
import type { Language } from './language.ts';

/** Provinces by the ministry's codes, with those into which Papua and Papua Barat were split in 2022 (93 to 96). */
export const PROVINCES: Readonly<Record<string, string>> = {
  11: 'Aceh',
  12: 'Sumatera Utara',
  13: 'Sumatera Barat',
  14: 'Riau',
  15: 'Jambi',
  16: 'Sumatera Selatan',
  17: 'Bengkulu',
  18: 'Lampung',
  19: 'Kepulauan Bangka Belitung',
  21: 'Kepulauan Riau',
  31: 'DKI Jakarta',
  32: 'Jawa Barat',
  33: 'Jawa Tengah',
  34: 'DI Yogyakarta',
  35: 'Jawa Timur',
  36: 'Banten',
  51: 'Bali',
  52: 'Nusa Tenggara Barat',
  53: 'Nusa Tenggara Timur',
  61: 'Kalimantan Barat',
  62: 'Kalimantan Tengah',
  63: 'Kalimantan Selatan',
  64: 'Kalimantan Timur',
  65: 'Kalimantan Utara',
  71: 'Sulawesi Utara',
  72: 'Sulawesi Tengah',
  73: 'Sulawesi Selatan',
  74: 'Sulawesi Tenggara',
  75: 'Gorontalo',
  76: 'Sulawesi Barat',
  81: 'Maluku',
  82: 'Maluku Utara',
  91: 'Papua',
  92: 'Papua Barat',
  93: 'Papua Selatan',
  94: 'Papua Tengah',
  95: 'Papua Pegunungan',
  96: 'Papua Barat Daya',
};

/** Within a province cities are numbered from here, regencies from 01. */
const FIRST_CITY = 71;

const WORDS = {
  en: { province: 'province', regency: 'regency', city: 'city', in: 'in' },
  id: { province: 'provinsi', regency: 'kabupaten', city: 'kota', in: 'di' },
} as const satisfies Record<Language, object>;

/**
 * What a place is called.
 * @param code Of a province, two digits: `DKI Jakarta (31)`; or of a regency, four: `city 3273 in Jawa Barat`. One that is
 * not known is shown as a code.
 */
export function placeName(code: string, language: Language): string {
  const words = WORDS[language];
  const province = PROVINCES[code.slice(0, 2)];
  if (code.length === 2)
    return province === undefined ? `${words.province} ${code}` : `${province} (${code})`;
  const kind = Number(code.slice(2)) < FIRST_CITY ? words.regency : words.city;
  return province === undefined ? `${kind} ${code}` : `${kind} ${code} ${words.in} ${province}`;
}

/** Whether there is a province of this code: one that was mistyped would have seats that nobody gets. */
export function isProvince(code: string): boolean {
  return Object.hasOwn(PROVINCES, code);
}
