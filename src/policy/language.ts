/** The languages in which people are told of a policy, and how figures and days are written in them. */

export const LANGUAGES = ['id', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

const WRITTEN = {
  id: {
    thousands: '.',
    or: 'atau',
    nor: 'ataupun',
    months: 'Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember'.split(
      ' ',
    ),
  },
  en: {
    thousands: ',',
    or: 'or',
    nor: 'nor',
    months: 'January February March April May June July August September October November December'.split(
      ' ',
    ),
  },
} as const satisfies Record<Language, object>;

/** A whole number: 1234567 → `1.234.567` in Indonesian, `1,234,567` in English. */
export function amountIn(value: number, language: Language): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, WRITTEN[language].thousands);
}

/** `2021-04-30` → `30 April 2021`. */
export function dayIn(day: string, language: Language): string {
  const [year, month, dayOfMonth] = day.split('-').map(Number);
  return `${dayOfMonth} ${WRITTEN[language].months[Number(month) - 1]} ${year}`;
}

/** `a`, `a or b`, `a, b or c`; or with the word that stands there after a negation: `a, b nor c`. */
export function listed(words: readonly string[], language: Language, joint: 'or' | 'nor' = 'or'): string {
  const last = words.at(-1) ?? '';
  if (words.length < 2) return last;
  return `${words.slice(0, -1).join(', ')} ${WRITTEN[language][joint]} ${last}`;
}
