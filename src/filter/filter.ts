/** filter: every reason against each application of a part, and the tier of those that have none. */
import { deal } from '../columns/deal.ts';
import { numbers, numbersOf, pickRows, rowsWhere } from '../columns/layout.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { numberIn } from '../wave/numbers.ts';
import {
  countParts,
  dealByHousehold,
  partsByBucket,
  rangeOf,
  rangeStarts,
  readApplications,
} from '../wave/parts.ts';
import { listsOf } from '../wave/references.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import {
  type BlockOf,
  type Handover,
  handOver,
  MEMBER,
  NO_TIER,
  NOT_FOUND,
  takeOver,
  VERDICT,
} from '../wave/stage-blocks.ts';
import { type Evidence, readLists, readPastRecipients } from './evidence.ts';
import { failures, priorities } from './rules.ts';

export const filter: Stage = { plan: (sql, wave) => partsByBucket(sql, wave.id), work: filterPart };

async function filterPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const { applications } = await readApplications(client, wave.id, part);
  const evidence: Evidence = {
    applications,
    matched: await takeOver(client, wave.id, 'matched', part.part),
    lists: await readLists(client, await listsOf(database.sql, wave.id), part),
    recipients: await readPastRecipients(client, wave, part),
  };
  const verdicts = judge(wave.policy, evidence, part.part);
  const starts = await rangeStarts(database.sql, wave.id);
  const ranges = numbersOf('u16', verdicts.rows, (row) => rangeOf(starts, verdicts.of.registrationNo, row));
  const members = membersOf(evidence, verdicts, ranges);
  const parts = await countParts(database.sql, wave.id);
  await handOver(client, wave.id, 'member', part.part, membersByPart(members, parts));
  const digest = await handOver(
    client,
    wave.id,
    'verdict',
    part.part,
    verdictsByRange(verdicts, ranges, parts),
  );
  return { counts: { applications: verdicts.rows, eligible: members.rows }, digest };
}

function judge(policy: Parameters<typeof failures>[0], evidence: Evidence, part: number): BlockOf<'verdict'> {
  const { applications, matched } = evidence;
  const { rows, of } = applications;
  const codes = reasonCodes(policy).length;
  const reasons = { width: Math.ceil(codes / 32), data: new Uint32Array(rows * Math.ceil(codes / 32)) };
  const tier = numbers('u16', rows).fill(NO_TIER);
  const [fails, meets] = [failures(policy, evidence), priorities(policy, evidence)];
  for (let row = 0; row < rows; row++) {
    let eligible = true;
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
      number: numbersOf('u32', rows, (row) => numberIn(part, row)),
      nikHigh: of.nikHigh,
      nikLow: of.nikLow,
      kkHigh: of.kkHigh,
      kkLow: of.kkLow,
      reasons,
      tier,
      region: numbersOf('u8', rows, (row) => (of.regency[row] as number) / 100),
      nameSimilarity: matched.of.nameSimilarity.map((similarity, row) =>
        matched.of.status[row] === 0 ? NOT_FOUND : similarity,
      ),
      nikWarnings: matched.of.nikWarnings,
      importId: of.importId,
      line: of.line,
    },
  };
}

function tierOf(meets: ReturnType<typeof priorities>, row: number): number {
  const first = meets.findIndex((met) => met(row));
  return first === -1 ? meets.length : first;
}

/** The eligible applications and their households. */
function membersOf(
  { applications }: Evidence,
  { rows, of }: BlockOf<'verdict'>,
  ranges: Uint16Array,
): BlockOf<'member'> {
  const eligible = rowsWhere(rows, (row) => of.tier[row] !== NO_TIER);
  const { kkHigh, kkLow } = applications.of;
  const all = { rows, of: { kkHigh, kkLow, number: of.number, range: ranges } };
  return pickRows(MEMBER, all, eligible);
}

/** Members of a household go to the same part. */
function* membersByPart(members: BlockOf<'member'>, parts: number): Iterable<Handover<'member'>> {
  for (const [target, rows] of dealByHousehold(members.of, parts).entries()) {
    yield { target, columns: pickRows(MEMBER, members, rows) };
  }
}

function* verdictsByRange(
  verdicts: BlockOf<'verdict'>,
  ranges: Uint16Array,
  count: number,
): Iterable<Handover<'verdict'>> {
  for (const [target, rows] of deal(verdicts.rows, count, (row) => ranges[row] as number).entries()) {
    yield { target, columns: pickRows(VERDICT, verdicts, rows) };
  }
}
