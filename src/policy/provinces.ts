/** Where people live, in words. */
import { PROVINCES } from '../identity/provinces.ts';
import type { Language } from './language.ts';

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
