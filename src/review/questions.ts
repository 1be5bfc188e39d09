/** What is asked of a draw: for each attribute, who are alike to the draw but for it. */
import { dateOfDay } from '../columns/calendar.ts';
import type { Cutoff } from '../wave/cutoff.ts';
import { AGE_BAND } from './count.ts';
import type { Question, QuestionCell } from './question.ts';
import type { Counted } from './tally.ts';
import { chanceOfLine, logOddsOf } from './ticket-odds.ts';

/** The line of all provinces that have no seats of their own. */
const COMMON = 'common';

/**
 * Of one tier, province and number of tickets all that are uncontested have the same chance, and which of them are accepted
 * is as good as any other choice of so many: a province's own seats and the common ones both go to the first in its draw
 * order. Between provinces without seats of their own the same holds, since they stand in one line.
 * @param hasSeats Whether a province has seats of its own.
 */
export function questionsOf(
  counted: readonly Counted[],
  cutoffs: readonly Cutoff[],
  hasSeats: (region: number) => boolean,
): readonly Question[] {
  const all = everyone(counted);
  const inCommon = all.filter(({ place }) => !hasSeats(place.region));
  return [
    {
      attribute: 'joined_day',
      order: 'ordered',
      nameOf: dayName,
      cells: ofTrait(counted, 'joined_day'),
    },
    {
      attribute: 'region',
      order: 'named',
      nameOf: regionName,
      cells: inCommon.map((cell) =>
        cellOf(cell, `${cell.place.tier} ${cell.place.tickets}`, cell.place.region),
      ),
    },
    { attribute: 'sex', order: 'named', nameOf: sexName, cells: ofTrait(counted, 'sex') },
    { attribute: 'age', order: 'ordered', nameOf: ageName, cells: ofTrait(counted, 'age') },
    { attribute: 'tickets', order: 'ordered', nameOf: String, cells: ticketCells(all, cutoffs, hasSeats) },
  ];
}

/** Each candidate once: everyone is of one sex. */
export function everyone(counted: readonly Counted[]): readonly Counted[] {
  return counted.filter(({ trait }) => trait === 'sex');
}

export function regionName(region: number): string {
  return String(region).padStart(2, '0');
}

function ofTrait(counted: readonly Counted[], trait: Counted['trait']): QuestionCell[] {
  return counted
    .filter((cell) => cell.trait === trait)
    .map((cell) => {
      const { tier, region, tickets } = cell.place;
      return cellOf(cell, `${tier} ${region} ${tickets}`, cell.value);
    });
}

function ticketCells(
  all: readonly Counted[],
  cutoffs: readonly Cutoff[],
  hasSeats: (region: number) => boolean,
): QuestionCell[] {
  const lineOf = ({ tier, region }: { readonly tier: number; readonly region: number }) =>
    `${tier} ${hasSeats(region) ? region : COMMON}`;
  const lines = new Set(all.map(({ place }) => lineOf(place)));
  const chances = new Map(
    [...lines].map((line) => [line, chanceOfLine(cutoffs.filter((cutoff) => lineOf(cutoff) === line))]),
  );
  return all.map((cell) => {
    const { tickets } = cell.place;
    const line = lineOf(cell.place);
    return { ...cellOf(cell, line, tickets), logOdds: logOddsOf(tickets, chances.get(line)) };
  });
}

function cellOf(counts: Counted, stratum: string, value: number): QuestionCell {
  const { candidates, accepted, uncontested, uncontestedAccepted } = counts;
  return { stratum, value, logOdds: 0, candidates, accepted, uncontested, uncontestedAccepted };
}

function dayName(day: number): string {
  const { year, month, day: ofMonth } = dateOfDay(day);
  const digits = (value: number, width: number) => String(value).padStart(width, '0');
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(ofMonth, 2)}`;
}

function sexName(female: number): string {
  return female === 1 ? 'P' : 'L';
}

function ageName(band: number): string {
  return `${band * AGE_BAND}-${band * AGE_BAND + AGE_BAND - 1}`;
}
