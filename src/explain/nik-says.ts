/** What the digits of a NIK say beside what was given, without giving them away. */
import type { CalendarDate } from '../columns/calendar.ts';
import { birthDateOf, type Origin, originOf, parseNik, type RegionNames, type Sex } from '../identity/nik.ts';
import type { DatePart, NikSays } from './explanation.ts';

export interface Holder {
  readonly nik: string;
  /** As they were given. */
  readonly born: CalendarDate;
  readonly sex: Sex;
}

const PARTS: readonly DatePart[] = ['day', 'month', 'year'];

/**
 * @param on A day on which the holder was alive, `YYYY-MM-DD`.
 * @throws TypeError for what is not sixteen digits: no application has such a NIK.
 */
export function nikSays({ nik, born, sex }: Holder, on: string, names: RegionNames): NikSays {
  const parts = parseNik(nik);
  if (parts === undefined) throw new TypeError('an application without a NIK');
  const given = [born.year, born.month, born.day]
    .map((part, at) => String(part).padStart(at === 0 ? 4 : 2, '0'))
    .join('-');
  const birthDate = birthDateOf(parts, { given, on });
  const differsIn = birthDate === undefined ? [] : partsThatDiffer(birthDate, born);
  const found = differsIn.length === 0 ? 'as_given' : 'differs';
  return {
    ...originOf(parts, names),
    birth_date: birthDate === undefined ? 'impossible' : found,
    differs_in: differsIn,
    sex: parts.sex === sex ? 'as_given' : 'differs',
  };
}

function partsThatDiffer(date: string, born: CalendarDate): readonly DatePart[] {
  const [year, month, day] = date.split('-').map(Number);
  const inNik = { year, month, day };
  return PARTS.filter((part) => inNik[part] !== born[part]);
}

/** District, regency and province by their names, as far as they are known; a district that is not is told by its code. */
export function placeOf({ district, regency, province }: Origin, districtWord: string): string {
  const names = [regency.name, province.name].flatMap((name) => (name === null ? [] : [name]));
  return [district.name ?? `${districtWord} ${district.code}`, ...names].join(', ');
}
