/** An explanation in English. */
import type { Outcome } from '../proof/seats.ts';
import { registryInEnglish } from './english-registry.ts';
import { evidenceInEnglish, reasonInEnglish, ruleInEnglish, wavesInEnglish } from './english-rules.ts';
import type { Drawn, Explanation, OtherWave, Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';
import { placeOf as originName } from './nik-says.ts';
import { placeName, predicateSentence } from './policy-words.ts';
import type { DrawnExplanation, Row, Texts } from './texts.ts';

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ACCEPTED: 'accepted',
  RESERVE: 'in the reserve',
  NOT_DRAWN: 'eligible, not drawn',
  HOUSEHOLD_CAP: 'eligible, no place left in the household',
  INELIGIBLE: 'not eligible',
  UNVERIFIED: 'not decided, the registry gave no answer',
};

function counted(value: number, one: string, { amount }: Figures): string {
  return `${amount(value)} ${one}${value === 1 ? '' : 's'}`;
}

function summary({ outcome, rules, reasons, draw }: Explanation, figures: Figures): string {
  const place = draw === null ? '' : `${placeOf(draw, figures)} for ${counted(draw.seats, 'seat', figures)}`;
  switch (outcome) {
    case 'ACCEPTED':
      return `Accepted: place ${place}.`;
    case 'RESERVE':
      return `In the reserve, number ${draw?.reserve_place} of it: place ${place}.`;
    case 'NOT_DRAWN':
      return `Eligible, but not drawn: place ${place}.`;
    case 'HOUSEHOLD_CAP':
      return 'Eligible, but the household (KK) had no place left.';
    case 'INELIGIBLE':
      return `Not eligible: ${reasons.length} of ${counted(rules.length, 'rule', figures)} ${reasons.length === 1 ? 'is' : 'are'} not met.`;
    case 'UNVERIFIED':
      return undecided(rules, reasons, figures);
  }
}

function undecided(rules: readonly Ruling[], reasons: readonly string[], figures: Figures): string {
  const open = rules.filter(({ finding }) => finding === 'not_asked').length;
  const unmet = `${figures.amount(reasons.length)} of the others ${reasons.length === 1 ? 'is' : 'are'} not met.`;
  return `Not decided: the population registry gave no answer, and ${open} of ${counted(rules.length, 'rule', figures)} need one. This is no rejection.${reasons.length === 0 ? '' : ` ${unmet}`}`;
}

function placeOf({ rank, candidates }: Drawn, figures: Figures): string {
  return `${figures.amount(rank ?? 0)} of ${counted(candidates, 'candidate', figures)}`;
}

function drawRows({ outcome, draw }: DrawnExplanation, figures: Figures): readonly Row[] {
  return [
    ['tier', tier(draw)],
    ['tickets', tickets(draw, figures)],
    ['household', household(outcome, draw, figures)],
    ...(draw.rank === null ? [] : [place(draw, figures)]),
    ['seats', seats(draw, figures)],
    ...chances(draw, figures),
  ];
}

function tier({ tier: number, tiers, priority }: Drawn): string {
  if (tiers === 1) return 'the same for everyone: the policy has no priorities';
  return `${number} of 0 to ${tiers - 1}: ${priority === null ? 'whoever meets none of the priorities' : `whoever ${predicateSentence(priority, 'en')}`}`;
}

function tickets({ tickets: count, unsuccessful_waves: waves }: Drawn, figures: Figures): string {
  if (waves.length === 0) return figures.amount(count);
  return `${figures.amount(count)}, since the account was not drawn in ${wavesInEnglish(waves, figures)}`;
}

function household(outcome: Outcome, { slots }: Drawn, figures: Figures): string {
  if (slots === 0) return 'no place left: people of this KK have received as many before as one KK may';
  const left = `${counted(slots, 'place', figures)} left before the draw`;
  if (outcome !== 'HOUSEHOLD_CAP') return left;
  return slots === 1
    ? `${left}, and another application of this KK came first in draw order`
    : `${left}, and ${figures.amount(slots)} other applications of this KK came first in draw order`;
}

function place(draw: Drawn, figures: Figures): Row {
  const reserve =
    draw.reserve_place === null
      ? ''
      : `, number ${figures.amount(draw.reserve_place)} of the ${figures.amount(draw.reserve)} in the reserve`;
  return ['place', `${placeOf(draw, figures)} in draw order${reserve}`];
}

function seats({ seats: all, region, region_seats: own }: Drawn, { amount }: Figures): string {
  if (own === 0) return amount(all);
  return `${amount(all)}, of which ${amount(own)} went to the first candidates of ${placeName(region, 'en')}`;
}

function chances(draw: Drawn, figures: Figures): readonly Row[] {
  const { tier: number, tickets: count, alike, chance_of_one_ticket: one, chance } = draw;
  const where = draw.region_seats === 0 ? '' : ` in ${placeName(draw.region, 'en')}`;
  const candidates = counted(alike.candidates, 'candidate', figures);
  const accepted = `${figures.amount(alike.accepted)} of ${candidates} of tier ${number}${where}`;
  const all =
    count === 1 || chance === null ? '' : `, ${figures.percent(chance)} for ${figures.amount(count)}`;
  const household = draw.rank === null ? ', of a household with a place left' : '';
  return [
    ['accepted', accepted],
    ...(one === null
      ? []
      : [['chance', `${figures.percent(one)} for one ticket${all}${household}`] as const]),
  ];
}

function otherWave({ wave, published_at, void: isVoid, outcome, reasons }: OtherWave, { day }: Figures): Row {
  const unmet = reasons.length === 0 ? '' : ` (${reasons.map(reasonInEnglish).join('; ')})`;
  const said = isVoid ? 'the wave is void, and had said: ' : '';
  return [`wave ${wave}`, `${day(published_at.slice(0, 10))}: ${said}${OUTCOMES[outcome]}${unmet}`];
}

export const ENGLISH: Texts = {
  headings: {
    rules: 'Rules',
    warnings: 'Warnings',
    draw: 'Draw',
    other_waves: 'Other waves of this account',
    todo: 'What to do',
    held_against: 'Held against',
  },
  title: ({ wave, registration_no }) => `Wave ${wave}, ${registration_no}`,
  voided: ({ wave, void: voided }, { day }) =>
    voided === null
      ? null
      : `Wave ${wave} is void since ${day(voided.at.slice(0, 10))} and gives nobody a place: ${voided.reason}`,
  summary,
  application: ({ application, nik, policy, published_at }, { day, moment, amount }) => [
    ['NIK', application.nik],
    ['NIK from', `${originName(nik, 'district')}, where it was first registered`],
    ['joined', moment(application.joined_at)],
    ['came in', `${application.file}, line ${amount(application.line)}`],
    ['policy', policy],
    ['published', day(published_at.slice(0, 10))],
  ],
  rule: ruleInEnglish,
  evidence: evidenceInEnglish,
  warnings: {
    NIK_BIRTH_DATE_DIFFERS: 'The birth date in the digits of the NIK is not the one given.',
    NIK_SEX_DIFFERS: 'The sex in the digits of the NIK is not the one given.',
    NIK_DATE_IMPOSSIBLE: 'The digits of the NIK for day and month are no date.',
    NIK_SERIAL_ZERO: 'The serial number in the NIK is 0000, and they start at 0001.',
    NIK_NOT_ASKED: 'The digits of the NIK are those of no person: the registry was not asked for it.',
    NIK_PROVINCE_UNKNOWN: 'No province has the first two digits of the NIK.',
  },
  differsIn: (parts, { series }) => `It differs in the ${series(parts)}.`,
  warningNotes: {
    decided_it: 'So it counts as one that the registry does not have.',
    stays_the_same: 'This had no part in the outcome: a NIK stays the same when a birth date is corrected.',
    no_part: 'This had no part in the outcome.',
  },
  draw: drawRows,
  check: 'to check',
  otherWave,
  registry: registryInEnglish,
  list: ({ name, version, source, date, file, imported_at }, { day, moment }) => [
    `list ${name}`,
    `${date === null ? '' : `of ${day(date)}: `}version ${version} from ${source === file ? '' : `${source}, `}${file}, imported ${moment(imported_at)}`,
  ],
  next: {
    ACCEPTED: 'Buy your first training in the account, within the time that your notice gives.',
    RESERVE:
      'There is nothing to do. A place that becomes free is given in the order of the reserve, and you are told.',
    NOT_DRAWN:
      'Nothing is wrong with your data. Join the next wave in your account with one click: what you gave is kept.',
    HOUSEHOLD_CAP:
      'If you have moved to another KK, enter its number in your account and join the next wave. Otherwise this KK may not receive more places.',
    UNVERIFIED:
      'What needs the registry is open, and none of it counts against you. Join the next wave in your account with one click: the registry is asked again then.',
  },
  slips: {
    one_digit: 'It seems that one digit of it is wrong.',
    neighbours_swapped: 'It seems that two neighbouring digits of it have changed places.',
  },
  notANik: 'No NIK has digits like these, so that the registry was not asked: it seems to be mistyped.',
};
