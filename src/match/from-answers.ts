/** The registry as the web service answered: about each application, what it says of the very things that were given. */
import { pickRows } from '../columns/layout.ts';
import { isNik } from '../identity/nik.ts';
import { reuseDaysOf } from '../policy/policy.ts';
import { type Answer, keyOf, readAnswers, windowOf } from '../registry/answers.ts';
import { Cursor, seekPeople } from '../registry/people.ts';
import { hashOf, questionOf } from '../registry/question.ts';
import { bucketsOf } from '../wave/parts.ts';
import { UNANSWERED } from '../wave/stage-blocks.ts';
import type { Matching } from './source.ts';
import { NOT_ASKED } from './warnings.ts';

const HOUSED = { nikHigh: 'u32', nikLow: 'u32', kkHigh: 'u32', kkLow: 'u32' } as const;

export async function matchAnswers(matching: Matching): Promise<void> {
  const { client, database, wave, part, applications, matched, past } = matching;
  const { name: threshold } = wave.policy.match;
  const reuseDays = reuseDaysOf(wave.policy);
  const key = database.keys.forQuestions;
  const window = await windowOf(database.sql, wave.id, { reuseDays, last: wave.lastAnswer });
  const answers = await readAnswers(client, bucketsOf(part), window);
  const { nikHigh, nikLow } = applications.of;
  const confirmed = new Uint8Array(applications.rows);
  for (let row = 0; row < applications.rows; row++) {
    if (!isNik(nikHigh[row] as number, nikLow[row] as number)) {
      matched.of.nikWarnings[row] = (matched.of.nikWarnings[row] as number) | NOT_ASKED;
      continue;
    }
    const answer = answers.get(keyOf(hashOf(key, questionOf(applications, row, threshold))));
    fill(matching, row, answer);
    if (answer?.kkMatches === true) confirmed[row] = 1;
  }
  housePastMembers(matching, confirmed);
  if (wave.snapshotId !== null) await seekPeople(client, wave.snapshotId, part, [past.seeking()]);
}

function fill({ matched: { of } }: Matching, row: number, answer: Answer | undefined): void {
  of.status[row] = answer?.status ?? UNANSWERED;
  if (answer === undefined || answer.status === 0) return;
  // What an answer does not say is nothing against the person: whoever is found and active has it said.
  of.kkMatches[row] = (answer.kkMatches ?? true) ? 1 : 0;
  of.birthDateMatches[row] = (answer.birthDateMatches ?? true) ? 1 : 0;
  of.nameSimilarity[row] = answer.nameSimilarity ?? 100;
}

/**
 * The service gives nobody's household away: it is known of those past recipients who apply again, with a KK that it
 * confirms. Of the others a snapshot says it, where there is one.
 */
function housePastMembers({ applications, buckets, order, past }: Matching, confirmed: Uint8Array): void {
  const cursor = new Cursor(past.seeking());
  const rows = order.filter((row) => confirmed[row] === 1);
  for (let from = 0, to = 0; from < rows.length; from = to) {
    const bucket = buckets[rows[from] as number] as number;
    while (to < rows.length && buckets[rows[to] as number] === bucket) to++;
    cursor.pass(bucket, pickRows(HOUSED, applications, rows.subarray(from, to)));
  }
}
