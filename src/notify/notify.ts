/**
 * notify: sends the notices of a published wave, a thousand a step, those of the accepted first. A notice is marked as
 * being sent before it is handed over, in a transaction of its own: after a crash it is asked for, never just sent again.
 */
import { createHash } from 'node:crypto';
import type { Sql } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Stage, StepContext, StepResult } from '../wave/stage.ts';
import { batchBounds, CHANNEL, readBatch } from './batch.ts';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

const BATCH_SIZE = 1_000;

export function notifyStage(port: NoticePort): Stage {
  return {
    plan: async (sql, wave) => {
      // Both were just filled: without figures the server would read all of the one for a stretch of the other.
      await sql`analyze application (wave_id, import_id, line)`;
      await sql`analyze outcome (wave_id, registration_no, outcome)`;
      return batchBounds(sql, wave, BATCH_SIZE);
    },
    work: (context) => sendBatch(context, port),
  };
}

async function sendBatch(context: StepContext, port: NoticePort): Promise<StepResult> {
  const { database, wave, part, signal, log } = context;
  const { sql } = database;
  const batch = await readBatch(sql, wave, part);
  const cutOff = await numbersIn(sql, batch, 'sending');
  if (cutOff.size > 0) await writeReceipts(sql, batch, await port.ask(only(batch, cutOff)));
  const waiting = await markSending(sql, batch);
  if (waiting.size > 0) await writeReceipts(sql, batch, await port.send(only(batch, waiting), signal));
  const result = await countStates(sql, batch);
  refuseUnsent(batch, result);
  const { sent = 0, failed = 0 } = result.counts;
  logEvent(log, 'notices.sent', { wave: wave.id, sent, failed });
  return result;
}

async function numbersIn(sql: Sql, batch: NoticeBatch, state: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ number: string }[]>`
    select registration_no as number from notice
    where wave_id = ${batch.wave} and channel = ${CHANNEL} and state = ${state}
      and registration_no = any(${numbersOf(batch)})`;
  return new Set(rows.map((row) => row.number));
}

/** Committed before anything is handed over; whoever is being sent already, or is through, stays as they are. */
async function markSending(sql: Sql, batch: NoticeBatch): Promise<ReadonlySet<string>> {
  const rows = await sql<{ number: string }[]>`
    insert into notice (wave_id, registration_no, channel, state)
    select ${batch.wave}, number, ${CHANNEL}, 'sending' from unnest(${numbersOf(batch)}::text[]) as number
    on conflict (wave_id, registration_no, channel) do update set state = 'sending', changed_at = now()
      where notice.state = 'created'
    returning registration_no as number`;
  return new Set(rows.map((row) => row.number));
}

/** A statement for each state, with the numbers by name: joined to a list of them, the server read the whole table. */
async function writeReceipts(sql: Sql, batch: NoticeBatch, receipts: Receipts): Promise<void> {
  for (const state of new Set(receipts.values())) {
    const numbers = [...receipts.keys()].filter((number) => receipts.get(number) === state);
    await sql`
      update notice set state = ${state}, changed_at = now()
      where wave_id = ${batch.wave} and channel = ${CHANNEL} and registration_no = any(${numbers})`;
  }
}

async function countStates(sql: Sql, batch: NoticeBatch): Promise<StepResult> {
  const rows = await sql<{ number: string; state: NoticeState }[]>`
    select registration_no as number, state from notice
    where wave_id = ${batch.wave} and channel = ${CHANNEL} and registration_no = any(${numbersOf(batch)})
    order by registration_no`;
  const counts: Record<string, number> = {};
  const digest = createHash('sha256');
  for (const { number, state } of rows) {
    counts[state] = (counts[state] ?? 0) + 1;
    digest.update(`${number} ${state}\n`);
  }
  return { counts, digest: digest.digest('hex') };
}

/**
 * A worker that was killed may have marked notices after they were asked for here: they are asked for when the step is
 * done again.
 */
function refuseUnsent(batch: NoticeBatch, { counts }: StepResult): void {
  const { sending = 0 } = counts;
  if (sending === 0) return;
  throw new GelombangError(
    'UNEXPECTED',
    `${sending} notices of wave ${batch.wave} are being sent by someone else`,
  );
}

function numbersOf(batch: NoticeBatch): string[] {
  return batch.notices.map((notice) => notice.registration_no);
}

function only(batch: NoticeBatch, numbers: ReadonlySet<string>): NoticeBatch {
  return { ...batch, notices: batch.notices.filter((notice) => numbers.has(notice.registration_no)) };
}
