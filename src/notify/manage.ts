/** What operators do to notices that are on their way: stop them, let them go on, look at those of which nobody knows, send again. */
import type { Queryable, Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import type { Channel } from '../wave/channels.ts';
import type { EnteredRun } from '../wave/leader.ts';
import { readRun, takeUp } from '../wave/leader.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { LEDGER_CHANNEL } from '../wave/step.ts';
import { refuseVoid } from '../wave/voided.ts';
import type { Resendable } from './port.ts';

export interface OfWave {
  readonly waveId: number;
  /** All of its channels if not given. */
  readonly channel?: Channel | undefined;
}

/**
 * Nothing more is handed over until it is resumed; what is under way ends. @returns the channels that were not paused before.
 * @throws GelombangError INPUT_REFUSED where there is no such wave, or its notices do not go over that channel.
 */
export async function pauseNotices(
  sql: Queryable,
  { waveId, channel }: OfWave,
  { by, reason }: { readonly by: string; readonly reason: string | undefined },
): Promise<readonly Channel[]> {
  const channels = await channelsToChange(sql, { waveId, channel });
  const paused = await sql<{ channel: Channel }[]>`
    update sending set paused_at = now(), paused_by = ${by}, pause_reason = ${reason ?? null}
    where wave_id = ${waveId} and channel = any(${channels}) and paused_at is null returning channel`;
  return paused.map((one) => one.channel);
}

/**
 * An operator stops nothing that is through.
 * @throws GelombangError CONFLICT where the wave is void, or no notice of it is left; INPUT_REFUSED where there is none.
 */
export async function refuseToPause(sql: Queryable, waveId: number): Promise<void> {
  const wave = await readWave(sql, waveId);
  refuseVoid(wave, 'nothing is sent of it');
  if (!(await areThrough(sql, wave))) return;
  throw new GelombangError('CONFLICT', `no notice of wave ${waveId} is left that could be paused`, {
    concerns: { wave: waveId },
    next: `What became of them: gelombang notices status ${waveId}`,
  });
}

/** None is left that waits or is held. */
export async function areThrough(sql: Queryable, { id, state, noticesHeld }: Wave): Promise<boolean> {
  if (state !== 'published' || noticesHeld) return false;
  const through = await sql`select from run where wave_id = ${id} and finished_at is not null`;
  return through.length > 0;
}

/** Lets them go on, at once where a worker is about. @returns the channels that were paused. @throws as above; CONFLICT where the wave is void. */
export async function resumeNotices(
  sql: Transaction,
  { waveId, channel }: OfWave,
): Promise<readonly Channel[]> {
  refuseVoid(await readWave(sql, waveId), 'nothing is sent of it');
  const channels = await channelsToChange(sql, { waveId, channel });
  const resumed = await sql<{ channel: Channel }[]>`
    update sending set paused_at = null, paused_by = null, pause_reason = null
    where wave_id = ${waveId} and channel = any(${channels}) and paused_at is not null returning channel`;
  for (const one of resumed) await wake(sql, waveId, one.channel);
  return resumed.map((one) => one.channel);
}

async function channelsToChange(sql: Queryable, { waveId, channel }: OfWave): Promise<Channel[]> {
  await readWave(sql, waveId);
  const rows = await sql<
    { channel: Channel }[]
  >`select channel from sending where wave_id = ${waveId} order by channel`;
  const channels = rows.map((row) => row.channel).filter((one) => channel === undefined || one === channel);
  if (channels.length > 0) return channels;
  const what =
    channel === undefined || rows.length === 0
      ? `wave ${waveId} has no notices yet: it is not closed`
      : `notices of wave ${waveId} do not go by ${channel}: they go by ${rows.map((row) => row.channel).join(', ')}`;
  throw new GelombangError('INPUT_REFUSED', what, {
    concerns: { wave: waveId },
    next: `See how far it is: gelombang wave status ${waveId}`,
  });
}

/** Steps that rest are looked at now. */
async function wake(sql: Transaction, waveId: number, channel: Channel): Promise<void> {
  await sql`
    update step set retry_at = null where wave_id = ${waveId} and stage = 'notify' and state = 'planned'
      and lower like ${`${channel}:%`}`;
  await sql`select pg_notify(${LEDGER_CHANNEL}, ${String(waveId)})`;
}

export interface NoticeLeft {
  readonly registration_no: string;
  readonly channel: Channel;
  readonly state: Resendable;
  readonly attempts: number;
  /** ISO 8601. */
  readonly changed_at: string;
  readonly reason: string | null;
}

/** In order of channel and registration number, so many at the most. */
export function noticesLeft(
  sql: Queryable,
  waveId: number,
  state: Resendable,
  most: number,
): Promise<readonly NoticeLeft[]> {
  return sql<NoticeLeft[]>`
    select registration_no, channel, state, attempts, reason,
      to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as changed_at
    from notice where wave_id = ${waveId} and state = ${state} order by channel, registration_no limit ${most}`;
}

export interface Resending extends OfWave {
  readonly state: Resendable;
  /** Of these alone; of all if not given. */
  readonly numbers?: readonly string[] | undefined;
}

/** How many there are of each channel. */
export function countLeft(
  sql: Queryable,
  { waveId, channel, state, numbers }: Resending,
): Promise<readonly { readonly channel: Channel; readonly count: number }[]> {
  return sql<{ channel: Channel; count: number }[]>`
    select channel, count(*)::int as count from notice
    where wave_id = ${waveId} and state = ${state} and (${channel ?? null}::text is null or channel = ${channel ?? null})
      and (${numbers === undefined} or registration_no = any(${(numbers ?? []) as string[]}))
    group by channel order by channel`;
}

/**
 * Takes the run up with these notices as if they had not been handed over. Their ids stay: a gateway that keeps account of those
 * does not send one twice.
 * @throws GelombangError CONFLICT where there is none, or the wave is void: what became of its notices stays on record.
 */
export async function enterResend(sql: Transaction, resending: Resending): Promise<EnteredRun> {
  const { waveId, channel, state, numbers } = resending;
  await sql`select 1 from wave where id = ${waveId} for update`;
  refuseVoid(await readWave(sql, waveId), 'none of its notices is sent again');
  const parts = await sql<{ part: number }[]>`
    with again as (
      update notice set state = 'created', reason = null, due_at = null, changed_at = now()
      where wave_id = ${waveId} and state = ${state} and (${channel ?? null}::text is null or channel = ${channel ?? null})
        and (${numbers === undefined} or registration_no = any(${(numbers ?? []) as string[]}))
      returning part
    ) select distinct part from again`;
  if (parts.length === 0)
    throw new GelombangError('CONFLICT', `no notice of wave ${waveId} is ${state}`, {
      concerns: { wave: waveId },
      next: `What became of them: gelombang notices status ${waveId}`,
    });
  await sql`
    update step set state = 'planned', finished_at = null, digest = null, attempts = 0, retry_at = null
    where wave_id = ${waveId} and stage = 'notify' and part = any(${parts.map(({ part }) => part)})`;
  await sql`update stage set completed_at = null where wave_id = ${waveId} and stage = 'notify'`;
  const { run } = await readRun(sql, waveId);
  return takeUp(sql, run);
}
