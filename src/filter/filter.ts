/** filter: every reason against each application of a part, and the tier of those that have none. */
import { deal } from '../columns/deal.ts';
import { numbers, numbersOf, pickRows, rowsWhere } from '../columns/layout.ts';
import type { Policy } from '../policy/policy.ts';
import { asksEducation } from '../policy/predicates.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { handOver, takeOver } from '../wave/handover.ts';
import { numberIn } from '../wave/numbers.ts';
import {
  countParts,
  dealByHousehold,
  partsByBucket,
  rangeOf,
  rangeStarts,
  readApplications,
} from '../wave/parts.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import {
  type BlockOf,
  ELIGIBLE,
  type Handover,
  MEMBER,
  NO_TIER,
  NOT_FOUND,
  UNANSWERED,
  VERDICT,
} from '../wave/stage-blocks.ts';
import { NO_EDUCATIONS, readEducations } from './educations.ts';
import { type Evidence, readLists, readPastRecipients } from './evidence.ts';
import { failures, priorities } from './rules.ts';
import { traitsOf } from './traits.ts';

export const filter: Stage = { plan: (sql, wave) => partsByBucket(sql, wave.id), work: filterPart };

async function filterPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const { applications, buckets } = await readApplications(client, wave.id, part);
  const evidence: Evidence = {
    applications,
    matched: await takeOver(client, wave.id, 'matched', part.part),
    lists: await readLists(client, wave.lists, part),
    recipients: await readPastRecipients(client, wave, part),
    educations: asksEducation(wave.policy) ? await readEducations(client, wave.id, part) : NO_EDUCATIONS,
  };
  const verdicts = judge(wave.policy, evidence, numbersIn(buckets));
  const starts = await rangeStarts(database.sql, wave.id);
  const ranges = numbersOf('u16', verdicts.rows, (row) => rangeOf(starts, verdicts.of.registrationNo, row));
  const members = membersOf(verdicts, ranges);
  const parts = await countParts(database.sql, wave.id);
  const byRange = deal(verdicts.rows, parts, (row) => ranges[row] as number);
  await handOver(client, wave.id, 'member', part, membersByPart(members, parts));
  await handOver(
    client,
    wave.id,
    'eligible',
    part,
    eligibleByRange(wave.policy, evidence, verdicts, byRange),
  );
  const digest = await handOver(client, wave.id, 'verdict', part, verdictsByRange(verdicts, byRange));
  return { counts: { applications: verdicts.rows, eligible: members.rows }, digest };
}

/** The number of each application: its bucket, and its place there. */
function numbersIn(buckets: Uint32Array): Uint32Array {
  let place = 0;
  return numbersOf('u32', buckets.length, (row) => {
    place = buckets[row] === buckets[row - 1] ? place + 1 : 0;
    return numberIn(buckets[row] as number, place);
  });
}

function judge(policy: Policy, evidence: Evidence, number: Uint32Array): BlockOf<'verdict'> {
  const { applications, matched } = evidence;
  const { rows, of } = applications;
  const codes = reasonCodes(policy).length;
  const reasons = { width: Math.ceil(codes / 32), data: new Uint32Array(rows * Math.ceil(codes / 32)) };
  const tier = numbers('u16', rows).fill(NO_TIER);
  const [fails, meets] = [failures(policy, evidence), priorities(policy, evidence)];
  for (let row = 0; row < rows; row++) {
    let eligible = matched.of.status[row] !== UNANSWERED;
    for (let code = 0; code < codes; code++) {
      if (!fails[code]?.(row)) continue;
      eligible = false;
      const word = row * reasons.width + (code >> 5);
      reasons.data[word] = (reasons.data[word] as number) | (1 << (code & 31));
    }
    if (eligible) tier[row] = tierOf(meets, row);
  }
  return {
    rows,
    of: {
      registrationNo: of.registrationNo,
      number,
      nikHigh: of.nikHigh,
      nikLow: of.nikLow,
      kkHigh: of.kkHigh,
      kkLow: of.kkLow,
      region: numbersOf('u8', rows, (row) => (of.regency[row] as number) / 100),
      reasons,
      tier,
      nameSimilarity: matched.of.nameSimilarity.map((similarity, row) =>
        similarityAsKept(similarity, matched.of.status[row] as number),
      ),
      nikWarnings: matched.of.nikWarnings,
    },
  };
}

function similarityAsKept(similarity: number, status: number): number {
  if (status === UNANSWERED) return UNANSWERED;
  return status === 0 ? NOT_FOUND : similarity;
}

function tierOf(meets: ReturnType<typeof priorities>, row: number): number {
  const first = meets.findIndex((met) => met(row));
  return first === -1 ? meets.length : first;
}

/** The eligible applications and their households. */
function membersOf({ rows, of }: BlockOf<'verdict'>, range: Uint16Array): BlockOf<'member'> {
  const { kkHigh, kkLow, number } = of;
  const eligible = rowsWhere(rows, (row) => of.tier[row] !== NO_TIER);
  return pickRows(MEMBER, { rows, of: { kkHigh, kkLow, number, range } }, eligible);
}

/** Members of a household go to the same part. */
function* membersByPart(members: BlockOf<'member'>, parts: number): Iterable<Handover<'member'>> {
  for (const [target, rows] of dealByHousehold(members.of, parts).entries()) {
    yield { target, columns: pickRows(MEMBER, members, rows) };
  }
}

function* verdictsByRange(
  verdicts: BlockOf<'verdict'>,
  byRange: readonly Uint32Array[],
): Iterable<Handover<'verdict'>> {
  for (const [target, rows] of byRange.entries()) {
    yield { target, columns: pickRows(VERDICT, verdicts, rows) };
  }
}

function* eligibleByRange(
  policy: Policy,
  { applications }: Evidence,
  { rows, of }: BlockOf<'verdict'>,
  byRange: readonly Uint32Array[],
): Iterable<Handover<'eligible'>> {
  const { registrationNo, number, tier, region } = of;
  const columns = { rows, of: { registrationNo, number, tier, region, ...traitsOf(policy, applications) } };
  for (const [target, dealt] of byRange.entries()) {
    yield {
      target,
      columns: pickRows(
        ELIGIBLE,
        columns,
        dealt.filter((row) => tier[row] !== NO_TIER),
      ),
    };
  }
}
