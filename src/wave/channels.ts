/** Over which channels the notices of a wave go, and to whom: said by whoever closes it, and by nobody else unless they ask for it. */
import type { Queryable, Transaction } from '../db/database.ts';

/** Stands in where no gateway is set, and keeps what it is given. */
export const FILE = 'file';
export const CHANNELS = [FILE, 'email', 'sms'] as const;
export type Channel = (typeof CHANNELS)[number];

/** Channels that lead to people. */
export type GatewayChannel = Exclude<Channel, typeof FILE>;

export interface ChannelOfWave {
  readonly channel: Channel;
  readonly readers: 'accepted' | 'all';
}

/** Where nobody says anything: kept in files. */
const DEFAULT: readonly ChannelOfWave[] = [{ channel: FILE, readers: 'all' }];

/** Does nothing once they are planned: a notice does not change its channel. Channels that are paused stay so. */
export async function setChannels(
  sql: Transaction,
  waveId: number,
  channels: readonly ChannelOfWave[] = DEFAULT,
): Promise<void> {
  if (await arePlanned(sql, waveId)) return;
  const names = channels.map(({ channel }) => channel);
  // Where all were stopped, those that take their place are too.
  for (const { channel, readers } of channels)
    await sql`
      insert into sending (wave_id, channel, readers, paused_at, paused_by, pause_reason)
      select ${waveId}, ${channel}, ${readers}, paused_at, paused_by, pause_reason
      from (select) as new left join (
        select paused_at, paused_by, pause_reason from sending where wave_id = ${waveId}
          and not exists (select from sending as other where wave_id = ${waveId} and paused_at is null) limit 1
      ) as stopped on true
      on conflict (wave_id, channel) do update set readers = excluded.readers`;
  await sql`delete from sending where wave_id = ${waveId} and channel <> all(${names})`;
}

export async function arePlanned(sql: Queryable, waveId: number): Promise<boolean> {
  const planned = await sql`select from stage where wave_id = ${waveId} and stage = 'notify'`;
  return planned.length > 0;
}

/** In the order of the channels' names. */
export async function readChannels(sql: Queryable, waveId: number): Promise<readonly ChannelOfWave[]> {
  return sql<
    ChannelOfWave[]
  >`select channel, readers from sending where wave_id = ${waveId} order by channel`;
}

/** Who stops a channel when no person does. */
export const ITSELF = 'gelombang';
