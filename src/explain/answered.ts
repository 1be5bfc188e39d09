/** What the registry answered about an application: to the very question that the match asked, and no other. */
import type pg from 'pg';
import type { Queryable } from '../db/database.ts';
import { matchSourceOf, reuseDaysOf } from '../policy/policy.ts';
import { findAnswer, type KnownAnswer, windowOf } from '../registry/answers.ts';
import { hashOf } from '../registry/question.ts';
import type { Wave } from '../wave/record.ts';
import type { Application } from './application.ts';
import type { Slip } from './explanation.ts';
import { findNumbers, numberOf } from './numbers.ts';
import type { Recorded } from './recorded.ts';
import { findSlip } from './slips.ts';

/** Of a wave that asked the web service; undefined where nobody was asked, or there is no answer. */
export async function readAnswer(
  sql: Queryable,
  { id, policy, lastAnswer }: Wave,
  { question, nikWarnings }: Application,
): Promise<KnownAnswer | undefined> {
  if (matchSourceOf(policy) !== 'dukcapil' || nikWarnings.includes('NIK_NOT_ASKED')) return undefined;
  const window = await windowOf(sql, id, { reuseDays: reuseDaysOf(policy), last: lastAnswer });
  const asked = hashOf(sql.keys.forQuestions, question);
  return findAnswer(sql, { nik: question.nik, asked }, window);
}

/** The version of the registry that says it: the wave's snapshot, or the file of answers that has the NIK. */
export async function versionOf(
  client: pg.ClientBase,
  { policy, snapshotId }: Wave,
  { nik, outcome }: Recorded,
): Promise<number | null> {
  if (matchSourceOf(policy) !== 'exchange') return snapshotId;
  // Answers that were too old to count may still be there.
  if (outcome === 'UNVERIFIED') return null;
  const { rows } = await client.query<{ id: number }>(
    `select id from registry_snapshot where kind = 'answers' and dropped_at is null and id <= $1 order by as_of desc, id desc`,
    [snapshotId],
  );
  for (const { id } of rows) {
    if ((await findNumbers(client, id, [numberOf(nik)])).length > 0) return id;
  }
  return null;
}

export interface SlipSought {
  readonly slip: Slip | null;
  /** False where there was no telling: of those whom nobody asked about only a snapshot tells, while it is there. */
  readonly slipSought: boolean;
}

/** Looked for only where the registry does not have the NIK. */
export async function slipOf(
  client: pg.ClientBase,
  { policy, snapshotId }: Wave,
  { nik, reasons }: Recorded,
  { gave, birthDay }: Application,
): Promise<SlipSought> {
  const isMissing = reasons.includes('NIK_NOT_FOUND') && matchSourceOf(policy) === 'snapshot';
  if (!isMissing || snapshotId === null) return { slip: null, slipSought: false };
  const { rows } = await client.query(
    'select 1 from registry_snapshot where id = $1 and dropped_at is null',
    [snapshotId],
  );
  if (rows.length === 0) return { slip: null, slipSought: false };
  const sought = { nik, birthDay, fullName: gave.full_name };
  return { slip: await findSlip(client, snapshotId, sought, policy.match.name), slipSought: true };
}
