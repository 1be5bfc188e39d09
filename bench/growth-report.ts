/** How the time grows from the smallest wave that was measured to the larger ones. */
import { amount } from '../src/cli/words.ts';
import type { WaveFigures } from './document.ts';
import { timesOf } from './figures.ts';
import { GROWTH_GOALS, goalInWords } from './goals.ts';
import { type Row, tableLines } from './table.ts';
import { ratio } from './wave-report.ts';

/** Nothing where only one size was measured. */
export function growthReport(waves: readonly WaveFigures[]): string[] {
  const [smallest, ...larger] = waves.toSorted((left, right) => left.applications - right.applications);
  if (smallest === undefined || larger.length === 0) return [];
  const rows = larger.map((wave): Row => {
    const grown = (what: 'total' | 'peer') =>
      timesOf(wave.rounds, what).median / timesOf(smallest.rounds, what).median;
    const goal = GROWTH_GOALS.find(
      ({ from, to }) => from === smallest.applications && to === wave.applications,
    );
    const reached =
      goal === undefined
        ? ''
        : goalInWords({ most: goal.most, fromApplications: 0 }, grown('total'), goal.to, ratio);
    const sizes = `${amount(wave.applications)} ÷ ${amount(smallest.applications)}`;
    return [sizes, ratio(grown('total')), reached, ratio(grown('peer'))];
  });
  return tableLines([['import + close + export', 'grown', 'goal', 'DuckDB peer'], ...rows], [0, 2]);
}
