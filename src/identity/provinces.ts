/** The provinces: the first two digits of a NIK, and of every code of a place. */

/** By the ministry's codes, with those into which Papua and Papua Barat were split in 2022 (93 to 96). */
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

const IS_PROVINCE = Uint8Array.from({ length: 100 }, (_, code) => (Object.hasOwn(PROVINCES, code) ? 1 : 0));

/** Whether there is a province of this code, two digits. */
export function isProvince(code: string): boolean {
  return Object.hasOwn(PROVINCES, code);
}

/** The same of the code as a number, for where millions are asked for. */
export function isProvinceNumber(code: number): boolean {
  return IS_PROVINCE[code] === 1;
}
