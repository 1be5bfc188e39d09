/** Figures, days and times as they are written in the two languages. */
import { amountIn, dayIn, type Language } from '../policy/language.ts';

const TIME = /^(\d{4}-\d{2}-\d{2})T(\d{2}):(\d{2})(?::[\d.]+)?(Z|[+-]\d{2}:\d{2})$/;

export interface Figures {
  /** A whole number: 1234567 → `1,234,567`. */
  amount(value: number): string;
  /** A share of 1: 0.267 → `26.7%`. Only what is nothing or all is given as 0 or 100. */
  percent(share: number): string;
  /** `2021-04-30` → `30 April 2021`. */
  day(date: string): string;
  /** A time of ISO 8601, in its own offset and to the minute. */
  moment(time: string): string;
  /** `1`, `1 and 2`, `1, 2 and 3`. */
  series(values: readonly (string | number)[]): string;
}

export function figuresIn(language: Language): Figures {
  const english = language === 'en';
  const point = english ? '.' : ',';
  const day = (date: string) => dayIn(date, language);
  return {
    amount: (value) => amountIn(value, language),
    percent: (share) => `${percentOf(share).replace('.', point)}%`,
    day,
    moment: (time) => {
      const [, date = '', hour, minute, offset] = TIME.exec(time) ?? [];
      if (offset === undefined) return time;
      const zone = offset === 'Z' ? 'UTC' : offset;
      return english
        ? `${day(date)}, ${hour}:${minute} (${zone})`
        : `${day(date)} pukul ${hour}.${minute} (${zone})`;
    },
    series: (values) => {
      const [last, ...before] = values.map(String).toReversed();
      if (before.length === 0) return last ?? '';
      return `${before.toReversed().join(', ')} ${english ? 'and' : 'dan'} ${last}`;
    },
  };
}

const LEAST_SHOWN = 0.01;
const MOST_SHOWN = 99.9;

function percentOf(share: number): string {
  const percent = 100 * share;
  if (share === 0 || share === 1) return String(percent);
  if (percent < LEAST_SHOWN) return `< ${LEAST_SHOWN}`;
  return percent < 1 ? percent.toFixed(2) : Math.min(MOST_SHOWN, percent).toFixed(1);
}
