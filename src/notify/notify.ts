/**
 * notify: sends the notices of the outbox, a thousand a step. A notice is marked as being sent before it is handed
 * over, in a transaction of its own: after a crash it is asked for, never just sent again.
 */
import type { Sql, Transaction } from '../db/database.ts';
import { logEvent } from '../events.ts';
import type { Wave } from '../wave/record.ts';
import type { Part, PartBounds, Stage, StepContext, StepResult } from '../wave/stage.ts';
import { inBatch, readBatch } from './batch.ts';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

const BATCH_SIZE = 1_000;

export function notifyStage(port: NoticePort): Stage {
  return { plan: batchesOfNotices, work: (context) => sendBatch(context, port) };
}

/** Parts by the notices' ids, in which order the publishing transaction gave them. */
async function batchesOfNotices(sql: Transaction, wave: Wave): Promise<readonly PartBounds[]> {
  await sql`analyze notice (id, wave_id)`;
  return sql<PartBounds[]>`
    select id::text as lower, (lead(id) over (order by id))::text as upper
    from (select id, row_number() over (order by id) - 1 as n from notice where wave_id = ${wave.id}) numbered
    where n % ${BATCH_SIZE} = 0 order by id`;
}

async function sendBatch(context: StepContext, port: NoticePort): Promise<StepResult> {
  const { sql, database, wave, part, signal, log } = context;
  const cutOff = await idsInState(sql, wave, part, 'sending');
  const batch = await readBatch(sql, wave, part);
  if (cutOff.size > 0) await writeReceipts(database.sql, wave, await port.ask(only(batch, cutOff)));
  const waiting = await markSending(database.sql, wave, part);
  if (waiting.size > 0) await writeReceipts(sql, wave, await port.send(only(batch, waiting), signal));
  const result = await countStates(sql, wave, part);
  logEvent(log, 'notices.sent', {
    wave: wave.id,
    sent: result.counts.sent ?? 0,
    failed: result.counts.failed ?? 0,
  });
  return result;
}

async function idsInState(
  sql: Transaction,
  wave: Wave,
  part: Part,
  state: string,
): Promise<ReadonlySet<number>> {
  const rows = await sql<{ id: number }[]>`
    select id::float8 as id from notice where ${inBatch(sql, wave, part)} and state = ${state}`;
  return new Set(rows.map((row) => row.id));
}

/** Committed before anything is handed over. */
async function markSending(sql: Sql, wave: Wave, part: Part): Promise<ReadonlySet<number>> {
  const rows = await sql<{ id: number }[]>`
    update notice set state = 'sending', changed_at = now()
    where ${inBatch(sql, wave, part)} and state = 'created' returning id::float8 as id`;
  return new Set(rows.map((row) => row.id));
}

async function writeReceipts(sql: Sql | Transaction, wave: Wave, receipts: Receipts): Promise<void> {
  const states = JSON.stringify([...receipts].map(([id, state]) => ({ id, state })));
  await sql`
    update notice set state = receipt.state, changed_at = now()
    from jsonb_to_recordset(${states}::jsonb) as receipt (id bigint, state text)
    where notice.id = receipt.id and notice.wave_id = ${wave.id}`;
}

async function countStates(sql: Transaction, wave: Wave, part: Part): Promise<StepResult> {
  const rows = await sql<{ state: NoticeState; count: number; digest: string }[]>`
    select state, count(*)::int as count, sum(hashint8extended(id, 0))::text as digest
    from notice where ${inBatch(sql, wave, part)} group by state order by state`;
  return {
    counts: Object.fromEntries(rows.map((row) => [row.state, row.count])),
    digest: rows.map((row) => `${row.state}:${row.digest}`).join(' '),
  };
}

function only(batch: NoticeBatch, ids: ReadonlySet<number>): NoticeBatch {
  return { ...batch, notices: batch.notices.filter((notice) => ids.has(notice.id)) };
}
