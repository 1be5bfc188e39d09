/** The review of a draw as tables. */
import type { Attribute, AttributeReview, Conclusion, GroupReview, Review } from '../wave/review.ts';
import { amount, counted, moment } from './words.ts';

const TITLES: Readonly<Record<Attribute, string>> = {
  joined_day: 'Day of joining',
  region: 'Province',
  sex: 'Sex',
  age: 'Age',
  tier: 'Tier',
  tickets: 'Tickets',
};

const CONCLUSIONS: Readonly<Record<Conclusion, string>> = {
  as_chance_allows: 'as chance allows',
  nothing_to_tell: 'nothing to tell',
  too_few: 'too few to tell',
  decided_by_policy: 'decided by the policy',
  alarm: 'ALARM',
};

export function reviewLines(review: Review): string[] {
  return [headline(review), ...factLines(review), ...review.attributes.flatMap(attributeLines)];
}

function headline({ wave, alarm, tests, attributes }: Review): string {
  if (!alarm && tests === 0)
    return `The review of wave ${wave} has nothing to tell: too little was left to chance.`;
  if (!alarm) return `The draw of wave ${wave} is as chance and its policy have it.`;
  const named = attributes
    .filter(({ conclusion }) => conclusion === 'alarm')
    .map(({ attribute }) => TITLES[attribute].toLowerCase());
  return `ALARM: the draw of wave ${wave} is not as it has to be: ${named.join(', ')}.`;
}

function factLines(review: Review): string[] {
  const { reviewed_at, candidates, accepted, uncontested, approval } = review;
  const others = candidates - uncontested;
  const facts = [
    ['reviewed', moment(reviewed_at)],
    ['candidates', `${amount(candidates)}, ${amount(accepted)} of them accepted`],
    [
      'in the tests',
      `${amount(uncontested)}${others === 0 ? '' : `; of the other ${amount(others)} the household has more members than places left`}`,
    ],
    ...thresholdFacts(review),
    ...(approval === null
      ? []
      : [['approved', `${moment(approval.at)} by ${approval.by}: ${approval.reason}`]]),
  ];
  return facts.map(([name = '', value]) => `  ${name.padEnd(12)}  ${value}`);
}

function thresholdFacts({ threshold, significance, tests }: Review): string[][] {
  if (threshold === null) return [];
  const fair = `a fair wave is below it in one of ${amount(Math.round(1 / significance))}`;
  return [['alarm below', `p = ${shownP(threshold)} in one of ${counted(tests, 'test')}: ${fair}`]];
}

function attributeLines(review: AttributeReview): string[] {
  const { attribute, conclusion, categories, tested, violations = [] } = review;
  const title = `${TITLES[attribute]}: ${CONCLUSIONS[conclusion]}${testText(review)}`;
  const alone = new Map(
    tested.filter((group) => group.categories.length === 1).map((group) => [group.categories[0], group]),
  );
  const rows = categories.map(({ category, candidates, accepted, expected, seats }) => [
    ...[category, amount(candidates), amount(accepted), expectedText(expected), share(accepted, candidates)],
    ...(seats === undefined ? testedCells(alone.get(category)) : [counted(seats, 'own seat')]),
  ]);
  const together = tested.filter((group) => group.categories.length > 1);
  const groups = together.map((group) => [groupName(group), '', '', '', '', ...testedCells(group)]);
  return [
    '',
    title,
    ...violations.map(
      ({ region, tier, accepted, earlier_tier }) =>
        `  ! province ${region}: ${amount(accepted)} of tier ${tier} accepted, and candidates of tier ${earlier_tier} left without a seat`,
    ),
    ...(rows.length === 0 ? [] : table([headOf(tested), ...rows, ...groups])),
  ];
}

function headOf(tested: readonly GroupReview[]): string[] {
  const head = ['', 'candidates', 'accepted', 'expected', 'share'];
  return tested.length === 0 ? head : [...head, 'tested', 'accepted', 'expected'];
}

function testText({ test, statistic, degrees_of_freedom, p }: AttributeReview): string {
  if (p === null) return '';
  if (test === 'exact' || statistic === null || degrees_of_freedom === null)
    return ` (exact test, p = ${shownP(p)})`;
  const freedom = counted(degrees_of_freedom, 'degree of freedom', 'degrees of freedom');
  return ` (chi-square ${statistic.toFixed(2)}, ${freedom}, p = ${shownP(p)})`;
}

function testedCells(group: GroupReview | undefined): string[] {
  if (group === undefined) return [];
  return [amount(group.candidates), amount(group.accepted), expectedText(group.expected)];
}

/** Neighbours by their first and last; others all by their names. */
function groupName({ categories }: GroupReview): string {
  const [first = '', last = ''] = [categories[0], categories.at(-1)];
  const isLong = categories.join(', ').length > MOST_NAMED;
  return isLong ? `${first} … ${last}, together` : `${categories.join(', ')}, together`;
}

const MOST_NAMED = 32;

function expectedText(expected: number | null): string {
  if (expected === null) return '';
  const [whole = '', tenth] = expected.toFixed(1).split('.');
  return `${amount(Number(whole))}.${tenth}`;
}

function share(accepted: number, candidates: number): string {
  return candidates === 0 ? '' : `${((100 * accepted) / candidates).toFixed(1)} %`;
}

const SHOWN_PLAINLY = 0.001;

function shownP(p: number): string {
  return p >= SHOWN_PLAINLY ? String(Number(p.toFixed(4))) : p.toPrecision(3);
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const padded = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(padded).join('  ')}`.trimEnd());
}
