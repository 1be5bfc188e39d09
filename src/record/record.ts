/**
 * record: writes what became of each application of a range, once as lines for the results and once as columns for
 * those who start from the person. Nobody reads it before the wave is published.
 */
import { createHash, type Hash } from 'node:crypto';
import type pg from 'pg';
import { pickRows, rowsWhere } from '../columns/layout.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES } from '../proof/seats.ts';
import { writeDecisions } from '../wave/decisions.ts';
import { stagesDisagree } from '../wave/disagreement.ts';
import { handOver, takeOver } from '../wave/handover.ts';
import { boundsOfRanges, rangeStarts } from '../wave/parts.ts';
import { byRegistrationNo } from '../wave/registration-order.ts';
import { putResults, RESULT_TARGET, type ResultLines } from '../wave/result-blocks.ts';
import type { Part, Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, NO_TIER, RECEIVED, UNANSWERED } from '../wave/stage-blocks.ts';
import { CodeSets } from './code-sets.ts';
import { LINE, type Results, resultBlocks } from './result-lines.ts';

export const record: Stage = {
  plan: async (sql, wave) => boundsOfRanges(await rangeStarts(sql, wave.id)),
  work: recordRange,
};

/** A line, and what tells those on whom the registry gave no answer. */
const IN_ORDER = { ...LINE, nameSimilarity: 'u8' } as const;

const ACCEPTED = OUTCOMES.indexOf('ACCEPTED');
const INELIGIBLE = OUTCOMES.indexOf('INELIGIBLE');
const UNVERIFIED = OUTCOMES.indexOf('UNVERIFIED');

async function recordRange({ client, wave, part: range }: StepContext): Promise<StepResult> {
  const { part } = range;
  const verdicts = await takeOver(client, wave.id, 'verdict', part);
  const selected = await takeOver(client, wave.id, 'selected', part);
  const { rows, of } = verdicts;
  const order = byRegistrationNo(wave.id, of.registrationNo, rows);
  // A line reads many columns: put into its order one by one they cost less than rows here and there.
  const inOrder = pickRows(IN_ORDER, verdicts, order);
  const results = resultsOf(inOrder.of, selected);
  const reasons = new CodeSets(reasonCodes(wave.policy));
  const digest = createHash('sha256');
  await writeResults(client, wave.id, range, resultBlocks(inOrder, results, reasons, range), digest);
  const byNumber = unordered(results, order);
  await writeDecisions(client, wave.id, part, of.number, { ...of, ...byNumber });
  const accepted = rowsWhere(rows, (row) => byNumber.outcome[row] === ACCEPTED);
  const received = pickRows(RECEIVED, verdicts, accepted);
  await handOver(client, wave.id, 'received', range, [{ target: 0, columns: received }]);
  const counts = { applications: rows, ...countOutcomes(results), ...reasons.counts() };
  return { counts, digest: digest.digest('hex') };
}

/**
 * @param of Of all applications, in the order of the selected, which are the eligible of them.
 * @throws GelombangError UNEXPECTED where these are not as many.
 */
function resultsOf(
  { tier, nameSimilarity }: Pick<BlockOf<'verdict'>['of'], 'tier' | 'nameSimilarity'>,
  selected: BlockOf<'selected'>,
): Results {
  const outcome = new Uint8Array(tier.length).fill(INELIGIBLE);
  const rank = new Uint32Array(tier.length);
  let place = 0;
  for (let row = 0; row < tier.length; row++) {
    if (tier[row] === NO_TIER) {
      if (nameSimilarity[row] === UNANSWERED) outcome[row] = UNVERIFIED;
      continue;
    }
    outcome[row] = selected.of.outcome[place] as number;
    rank[row] = selected.of.rank[place] as number;
    place++;
  }
  if (place === selected.rows) return { outcome, rank };
  const counts = `${place} eligible applications, ${selected.rows} in the draw`;
  throw stagesDisagree(counts);
}

/** The results as they were before they were put in order. */
function unordered(results: Results, order: Uint32Array): Results {
  const outcome = new Uint8Array(order.length);
  const rank = new Uint32Array(order.length);
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number;
    outcome[row] = results.outcome[at] as number;
    rank[row] = results.rank[at] as number;
  }
  return { outcome, rank };
}

async function writeResults(
  client: pg.ClientBase,
  waveId: number,
  { part }: Part,
  blocks: Iterable<ResultLines>,
  digest: Hash,
): Promise<void> {
  const keys = keysOf(client);
  const to = new BinaryRowsIn(client, RESULT_TARGET);
  let position = 0;
  for (const block of blocks) {
    // Not over what is hidden: of few rows the digest would give it away.
    digest.update(block.lines);
    putResults(to, keys, { waveId, part, position }, block);
    await to.send();
    position += 1;
  }
  await to.end();
}

function countOutcomes({ outcome }: Results): Record<string, number> {
  const counts = new Uint32Array(OUTCOMES.length);
  for (let row = 0; row < outcome.length; row++) {
    const of = outcome[row] as number;
    counts[of] = (counts[of] as number) + 1;
  }
  const named = OUTCOMES.map((name, of): [string, number] => [name, counts[of] as number]);
  return Object.fromEntries(named.filter(([, count]) => count > 0));
}
