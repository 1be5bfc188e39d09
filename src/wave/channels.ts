/** Over which channels the notices of a wave go, and to whom: said by whoever closes it or lets them go, until they are planned. */
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

/** Does nothing once they are planned: a notice does not change its channel. */
export async function setChannels(
  sql: Transaction,
  waveId: number,
  channels: readonly ChannelOfWave[] = DEFAULT,
): Promise<void> {
  const planned = await sql`select from stage where wave_id = ${waveId} and stage = 'notify'`;
  if (planned.length > 0) return;
  await sql`delete from sending where wave_id = ${waveId}`;
  for (const { channel, readers } of channels)
    await sql`insert into sending (wave_id, channel, readers) values (${waveId}, ${channel}, ${readers})`;
}

/** In the order of the channels' names. */
export async function readChannels(sql: Queryable, waveId: number): Promise<readonly ChannelOfWave[]> {
  return sql<
    ChannelOfWave[]
  >`select channel, readers from sending where wave_id = ${waveId} order by channel`;
}
