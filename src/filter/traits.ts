/** What the review of a draw asks about, and the draw itself does not know. */
import { numbersOf } from '../columns/layout.ts';
import type { Policy } from '../policy/policy.ts';
import { type Applications, FLAGS } from '../wave/people.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';
import { ageOn } from './age.ts';

/** Western Indonesia's time, in hours: the day that people, and the wave's calendar, mean. */
const UTC_PLUS = 7;
const HOURS_A_DAY = 24;
/** Days from 0000-01-01 to 2000-01-01. */
const DAY_2000 = 730_485;

/** Of all applications, row for row. */
export function traitsOf(
  { as_of }: Policy,
  { rows, of: { joinedHour, birthDay, flags } }: Applications,
): Pick<BlockOf<'eligible'>['of'], 'joinedDay' | 'age' | 'female'> {
  const ageOf = ageOn(as_of);
  return {
    joinedDay: numbersOf('i32', rows, (row) => joinedDay(joinedHour[row] as number)),
    age: numbersOf('u8', rows, (row) => ageOf(birthDay[row] as number)),
    female: numbersOf('u8', rows, (row) => Number(((flags[row] as number) & FLAGS.female) !== 0)),
  };
}

/** @param hour In UTC, from 0000-01-01T00:00 on. */
function joinedDay(hour: number): number {
  return Math.floor((hour + UTC_PLUS) / HOURS_A_DAY) - DAY_2000;
}
