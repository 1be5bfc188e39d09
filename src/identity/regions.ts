/** The names of regencies and districts, for whoever is told of one. */
import type { RegionNames } from './nik.ts';

let loaded: Promise<RegionNames> | undefined;

/**
 * Read once, and where they are asked for alone: it takes some 70 ms, which no other command and no thread is to wait for.
 * Contains information from idn-area-data, which is made available under the Open Database License (ODbL).
 */
export function loadRegionNames(): Promise<RegionNames> {
  loaded ??= readRegionNames();
  return loaded;
}

async function readRegionNames(): Promise<RegionNames> {
  const { getDistricts, getRegencies } = await import('idn-area-data');
  const [regencies, districts] = await Promise.all([getRegencies(), getDistricts()]);
  return new Map([
    ...regencies.map(({ code, name }) => [digitsOf(code), inWords(name)] as const),
    ...districts.map(({ code, name }) => [digitsOf(code), name] as const),
  ]);
}

/** `31.71.01` → `317101`. */
function digitsOf(code: string): string {
  return code.replaceAll('.', '');
}

/** `KABUPATEN PANGKAJENE DAN KEPULAUAN` → `Kabupaten Pangkajene dan Kepulauan`. */
function inWords(capitals: string): string {
  return capitals.toLowerCase().replace(/\b(?!dan\b)[a-z]/g, (letter) => letter.toUpperCase());
}
