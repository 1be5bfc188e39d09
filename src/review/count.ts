import { OUTCOME } from '../proof/seats.ts';
import { stagesDisagree } from '../wave/disagreement.ts';
import { type BlockOf, UNCONTESTED } from '../wave/stage-blocks.ts';
import { type Counts, Tally, TRAITS } from './tally.ts';

/** Years that are counted as one. */
export const AGE_BAND = 5;

/** What the outcomes of one candidate add, by whether accepted and whether the household has room for all. */
const ONE: readonly Counts[] = [0, 1, 2, 3].map((which) => {
  const [accepted, uncontested] = [which & 1, which >> 1];
  return { candidates: 1, accepted, uncontested, uncontestedAccepted: accepted & uncontested };
});

/**
 * Counts the candidates of a range; selected and traits are of its pool, row for row.
 * @throws GelombangError UNEXPECTED where what was handed over is not of the same applications.
 */
export function countCandidates(
  { rows, of }: BlockOf<'pool'>,
  selected: BlockOf<'selected'>,
  traits: BlockOf<'traits'>,
): { readonly tally: Tally; readonly candidates: number } {
  if (selected.rows !== rows || traits.rows !== rows) {
    const counts = `${rows} in the pool, ${selected.rows} selected, ${traits.rows} with traits`;
    throw stagesDisagree(counts);
  }
  const tally = new Tally();
  let candidates = 0;
  const [day, sex, age] = TRAITS.keys() as unknown as [number, number, number];
  for (let row = 0; row < rows; row++) {
    if (selected.of.rank[row] === 0) continue;
    candidates++;
    const stratum = tally.stratumOf(
      of.tier[row] as number,
      of.region[row] as number,
      of.tickets[row] as number,
    );
    const isAccepted = selected.of.outcome[row] === OUTCOME.ACCEPTED;
    const isUncontested = of.contest[row] === UNCONTESTED;
    const one = ONE[Number(isAccepted) + 2 * Number(isUncontested)] as Counts;
    tally.add(stratum, day, traits.of.joinedDay[row] as number, one);
    tally.add(stratum, sex, traits.of.female[row] as number, one);
    tally.add(stratum, age, Math.floor((traits.of.age[row] as number) / AGE_BAND), one);
  }
  return { tally, candidates };
}
