/** match: holds the applications of a part against each other and against the registry snapshot of the wave. */
import { numbers } from '../columns/layout.ts';
import { countParts, partsByBucket, readApplications } from '../wave/parts.ts';
import type { Applications, People } from '../wave/people.ts';
import { readRecipients } from '../wave/recipients.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { type BlockOf, handOver } from '../wave/stage-blocks.ts';
import { byNik, markDuplicates } from './duplicates.ts';
import { similarityOfNames } from './names.ts';
import { PastMembers } from './past-members.ts';
import { type Asking, askRegistry } from './registry.ts';
import { warningBits } from './warnings.ts';

export const match: Stage = { plan: (sql, wave) => partsByBucket(sql, wave.id), work: matchPart };

async function matchPart({ client, database, wave, part }: StepContext): Promise<StepResult> {
  const { applications, buckets } = await readApplications(client, wave.id, part);
  const order = byNik(applications, buckets);
  const matched = unmatched(applications.rows);
  const { duplicate, nikWarnings } = matched.of;
  duplicate.set(markDuplicates(applications, order));
  for (let row = 0; row < applications.rows; row++) nikWarnings[row] = warningBits(applications, row);
  const past = new PastMembers(await readRecipients(client, wave, part));
  await askRegistry(client, wave, part, [askingOf(applications, buckets, order, matched), past.asking()]);
  const parts = await countParts(database.sql, wave.id);
  await handOver(client, wave.id, 'past_member', part.part, past.byPart(parts));
  const handed = [{ target: part.part, columns: matched }];
  const digest = await handOver(client, wave.id, 'matched', part.part, handed);
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

function askingOf(
  { of }: Applications,
  buckets: Uint32Array,
  order: Uint32Array,
  { of: matched }: BlockOf<'matched'>,
): Asking {
  const found = (row: number, { of: people }: People, person: number) => {
    const sameHousehold = of.kkHigh[row] === people.kkHigh[person] && of.kkLow[row] === people.kkLow[person];
    matched.status[row] = 1 + (people.status[person] as number);
    matched.kkMatches[row] = sameHousehold ? 1 : 0;
    matched.birthDateMatches[row] = of.birthDay[row] === people.birthDay[person] ? 1 : 0;
    matched.nameSimilarity[row] = similarityOfNames(of.fullName, row, people.fullName, person);
  };
  return { buckets, nikHigh: of.nikHigh, nikLow: of.nikLow, order, found };
}

function countsOf({ rows, of }: BlockOf<'matched'>): Record<string, number> {
  const not0 = (column: Uint8Array) => column.reduce((count, value) => count + (value === 0 ? 0 : 1), 0);
  return {
    applications: rows,
    found: not0(of.status),
    duplicates: not0(of.duplicate),
    warnings: not0(of.nikWarnings),
  };
}
