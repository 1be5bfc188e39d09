/** Batches that are kept in files, each in whole. */
import { createHash } from 'node:crypto';
import postgres from 'postgres';
import type { Sql } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import { FILE } from '../wave/channels.ts';
import type { Lease } from '../wave/lease.ts';
import type { Resting, StepContext, StepResult } from '../wave/stage.ts';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';
import { PAUSE } from './turns.ts';

const UNIQUE_VIOLATION = '23505';

/** A batch through a port that takes it in whole; none of it while an operator has stopped them. */
export async function sendBatch(
  context: StepContext,
  batch: NoticeBatch,
  port: NoticePort,
): Promise<StepResult | Resting> {
  const { database, wave, log } = context;
  if (await isPaused(database.sql, wave.id)) return { until: new Date(Date.now() + PAUSE), counts: {} };
  const result = (await markAll(database.sql, batch, context.lease))
    ? await handOver(context, batch, await send(context, batch, port))
    : await goOn(context, batch, port);
  refuseUnsent(batch, result);
  const { sent = 0, failed = 0 } = result.counts;
  logEvent(log, 'notices.sent', { wave: wave.id, channel: FILE, sent, failed });
  return result;
}

async function isPaused(sql: Sql, waveId: number): Promise<boolean> {
  const paused = await sql`
    select from sending where wave_id = ${waveId} and channel = ${FILE} and paused_at is not null`;
  return paused.length > 0;
}

/** Not by a worker that was paused since it marked them, and whose step is somebody else's by now: that one asks, and decides. */
async function send({ lease, signal }: StepContext, batch: NoticeBatch, port: NoticePort): Promise<Receipts> {
  await lease.check();
  return port.send(batch, signal);
}

/**
 * Committed before anything is handed over. False, and nothing is marked, where one of them was begun before: to ask for each
 * first was measured at twice the time.
 */
async function markAll(sql: Sql, batch: NoticeBatch, { token }: Lease): Promise<boolean> {
  try {
    await sql`
      with mine as materialized (select from lease where wave_id = ${batch.wave} and token = ${token} for share)
      insert into notice (wave_id, registration_no, channel, state, part)
      select ${batch.wave}, number, ${FILE}, 'sending', ${batch.part} from unnest(${numbersOf(batch)}::text[]) as number
      where exists (select from mine)`;
    return true;
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION) return false;
    throw error;
  }
}

/** A batch that nobody began before: what the port says of all of its notices is what there is to say. */
async function handOver(context: StepContext, batch: NoticeBatch, receipts: Receipts): Promise<StepResult> {
  await writeReceipts(context, batch, receipts);
  return resultOf(
    batch.notices.map(({ registration_no: number }) => [number, receipts.get(number) ?? 'sending']),
  );
}

/** A batch that was cut off: those that were being sent are asked for, those that were not are sent. */
async function goOn(context: StepContext, batch: NoticeBatch, port: NoticePort): Promise<StepResult> {
  const { sql } = context.database;
  const cutOff = await numbersIn(sql, batch, 'sending');
  if (cutOff.size > 0) await writeReceipts(context, batch, await port.ask(only(batch, cutOff)));
  const waiting = await markWaiting(sql, batch, context.lease);
  if (waiting.size > 0) await writeReceipts(context, batch, await send(context, only(batch, waiting), port));
  return resultOf(await statesOf(sql, batch));
}

async function numbersIn(sql: Sql, batch: NoticeBatch, state: string): Promise<ReadonlySet<string>> {
  const rows = await sql<{ number: string }[]>`
    select registration_no as number from notice
    where wave_id = ${batch.wave} and channel = ${FILE} and state = ${state}
      and registration_no = any(${numbersOf(batch)})`;
  return new Set(rows.map((row) => row.number));
}

/** Committed before anything is handed over; whoever is being sent already, or is through, stays as they are. */
async function markWaiting(sql: Sql, batch: NoticeBatch, { token }: Lease): Promise<ReadonlySet<string>> {
  const rows = await sql<{ number: string }[]>`
    with mine as materialized (select from lease where wave_id = ${batch.wave} and token = ${token} for share)
    insert into notice (wave_id, registration_no, channel, state, part)
    select ${batch.wave}, number, ${FILE}, 'sending', ${batch.part} from unnest(${numbersOf(batch)}::text[]) as number
    where exists (select from mine)
    on conflict (wave_id, registration_no, channel) do update set state = 'sending', changed_at = now()
      where notice.state = 'created'
    returning registration_no as number`;
  return new Set(rows.map((row) => row.number));
}

/** A statement for each state, with the numbers by name: joined to a list of them, the server read the whole table. */
async function writeReceipts(
  { database: { sql }, lease }: StepContext,
  batch: NoticeBatch,
  receipts: Receipts,
): Promise<void> {
  for (const state of new Set(receipts.values())) {
    const numbers = [...receipts.keys()].filter((number) => receipts.get(number) === state);
    await sql`
      with mine as materialized (select from lease where wave_id = ${batch.wave} and token = ${lease.token} for share)
      update notice set state = ${state}, changed_at = now()
      where exists (select from mine) and wave_id = ${batch.wave} and channel = ${FILE} and registration_no = any(${numbers})`;
  }
}

type StateOf = readonly [number: string, state: NoticeState | 'sending'];

async function statesOf(sql: Sql, batch: NoticeBatch): Promise<StateOf[]> {
  const rows = await sql<{ number: string; state: NoticeState | 'sending' }[]>`
    select registration_no as number, state from notice
    where wave_id = ${batch.wave} and channel = ${FILE} and registration_no = any(${numbersOf(batch)})`;
  const states = new Map(rows.map(({ number, state }) => [number, state]));
  return numbersOf(batch).map((number) => [number, states.get(number) ?? 'created']);
}

/** @param states In the order of the batch. */
function resultOf(states: readonly StateOf[]): StepResult {
  const counts: Record<string, number> = {};
  const digest = createHash('sha256');
  for (const [number, state] of states) {
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
    `someone else is sending notices of wave ${batch.wave}, as many as ${sending}`,
    {
      concerns: { wave: batch.wave },
      next: `See who is at it, and end what was frozen: gelombang wave status ${batch.wave}`,
    },
  );
}

function numbersOf(batch: NoticeBatch): string[] {
  return batch.notices.map((notice) => notice.registration_no);
}

function only(batch: NoticeBatch, numbers: ReadonlySet<string>): NoticeBatch {
  return { ...batch, notices: batch.notices.filter((notice) => numbers.has(notice.registration_no)) };
}
