/** Registration numbers are public: one that is the NIK of its row gives it away. */
import type { ByteRecord } from '../csv/csv.ts';
import type { ApplicantColumn, Places } from './columns.ts';

const DASH = 0x2d;

/** Of a record that was read, whose NIK is its digits alone. Nearly always the first byte tells them apart. */
export function isNumberedByNik(
  { bytes, starts, ends }: ByteRecord,
  { registration_no: number, nik }: Places<ApplicantColumn>,
): boolean {
  const end = ends[number] as number;
  const endOfNik = ends[nik] as number;
  let digit = starts[nik] as number;
  let at = starts[number] as number;
  if (end - at < endOfNik - digit) return false;
  for (; at < end; at++) {
    if (bytes[at] === DASH) continue;
    if (digit === endOfNik || bytes[at] !== bytes[digit]) return false;
    digit += 1;
  }
  return digit === endOfNik;
}

/** What to say of them; the command ends the line. */
export function warningsOfNiks(rows: number, waveId: number): string[] {
  if (rows === 0) return [];
  const have = rows === 1 ? '1 row has its NIK' : `${rows} rows have their NIK`;
  return [
    `${have} as registration_no, and registration numbers are public: results.csv and pool.csv show them whole. ` +
      'Import the file into another wave, with numbers that say nothing of a person, and put on record that this one does ' +
      `not count: gelombang wave void ${waveId} --reason TEXT`,
  ];
}
