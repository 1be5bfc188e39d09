/** match: holds the applications of a part against each other and against the registry, wherever the policy has it asked. */
import { numbers } from '../columns/layout.ts';
import { type MatchSource, matchSourceOf } from '../policy/policy.ts';
import { handOver } from '../wave/handover.ts';
import { countParts, partsByBucket, readApplications } from '../wave/parts.ts';
import { readRecipients } from '../wave/recipients.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, UNANSWERED } from '../wave/stage-blocks.ts';
import { byNik, markDuplicates } from './duplicates.ts';
import { matchAnswers } from './from-answers.ts';
import { matchExchange, matchSnapshot } from './from-people.ts';
import { PastMembers } from './past-members.ts';
import type { Matching } from './source.ts';
import { warningBits } from './warnings.ts';

export const match: Stage = { plan: (sql, wave) => partsByBucket(sql, wave.id), work: matchPart };

/** What each source says of the applications of a part, and of where past recipients live now. */
const SOURCES: Readonly<Record<MatchSource, (matching: Matching) => Promise<void>>> = {
  snapshot: matchSnapshot,
  dukcapil: matchAnswers,
  exchange: matchExchange,
};

async function matchPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const { applications, buckets } = await readApplications(client, wave.id, part);
  const order = byNik(applications, buckets);
  const matched = unmatched(applications.rows);
  const { duplicate, nikWarnings } = matched.of;
  duplicate.set(markDuplicates(applications, order));
  for (let row = 0; row < applications.rows; row++) nikWarnings[row] = warningBits(applications, row);
  const past = new PastMembers(await readRecipients(client, wave, part));
  const ask = SOURCES[matchSourceOf(wave.policy)];
  await ask({ client, database, wave, part, applications, buckets, order, matched, past });
  const parts = await countParts(database.sql, wave.id);
  await handOver(client, wave.id, 'past_member', part, past.byPart(parts));
  const handed = [{ target: part.part, columns: matched }];
  const digest = await handOver(client, wave.id, 'matched', part, handed);
  return { counts: countsOf(matched), digest };
}

function unmatched(rows: number): BlockOf<'matched'> {
  return {
    rows,
    of: {
      duplicate: numbers('u8', rows),
      status: numbers('u8', rows),
      kkMatches: numbers('u8', rows),
      birthDateMatches: numbers('u8', rows),
      nameSimilarity: numbers('u8', rows),
      nikWarnings: numbers('u8', rows),
    },
  };
}

function countsOf({ rows, of }: BlockOf<'matched'>): Record<string, number> {
  const not0 = (column: Uint8Array) => column.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  const unanswered = of.status.reduce((count, status) => count + (status === UNANSWERED ? 1 : 0), 0);
  return {
    applications: rows,
    found: not0(of.status) - unanswered,
    ...(unanswered === 0 ? {} : { unanswered }),
    duplicates: not0(of.duplicate),
    warnings: not0(of.nikWarnings),
  };
}
