/** Channels that are set otherwise where a wave is gone on with than where it was closed: nobody is to get another notice by that. */
import type { Queryable, Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { arePlanned, type Channel, type ChannelOfWave, FILE, readChannels, setChannels } from './channels.ts';
import { countOtherWorkers } from './workers.ts';

/** What sets a channel. */
const SETTINGS: Readonly<Record<Channel, string>> = {
  file: 'GELOMBANG_NOTICES',
  email: 'SMTP_URL and MAIL_FROM',
  sms: 'SMS_URL and SMS_TOKEN',
};

/**
 * Of a wave that is published.
 * @param here Those that are set in this process; nothing is looked at where it is not said.
 * @throws GelombangError INPUT_REFUSED where others were set at the close and none is planned; where they are planned, if some are
 * left of a channel that is not set here, and no worker is about.
 */
export async function refuseOtherChannels(
  sql: Queryable,
  waveId: number,
  here: readonly ChannelOfWave[] | undefined,
): Promise<void> {
  if (here === undefined) return;
  if (await arePlanned(sql, waveId)) return refuseUnset(sql, waveId, here);
  const difference = differenceOf(waveId, await readChannels(sql, waveId), here);
  if (difference === undefined) return;
  const [what, next] = difference;
  throw new GelombangError('INPUT_REFUSED', what, { concerns: { wave: waveId }, next });
}

/**
 * By the explicit word of an operator.
 * @throws GelombangError CONFLICT where its notices are planned over others.
 */
export async function changeChannels(
  sql: Transaction,
  waveId: number,
  here: readonly ChannelOfWave[],
): Promise<void> {
  const before = await readChannels(sql, waveId);
  if ((await arePlanned(sql, waveId)) && differenceOf(waveId, before, here) !== undefined)
    throw new GelombangError(
      'CONFLICT',
      `the notices of wave ${waveId} are on their way already ${byChannels(before)}: they do not change their channel`,
      { concerns: { wave: waveId }, next: `Go on with them: gelombang notices release ${waveId}` },
    );
  await setChannels(sql, waveId, here);
}

/** @throws GelombangError INPUT_REFUSED where notices are left of a channel that is not set here, and nobody else is about who might know it. */
export async function refuseUnset(
  sql: Queryable,
  waveId: number,
  here: readonly ChannelOfWave[],
): Promise<void> {
  const rows = await sql<{ channel: Channel }[]>`
    select distinct split_part(lower, ':', 1) as channel from step
    where wave_id = ${waveId} and stage = 'notify' and state <> 'done' order by 1`;
  const unset = rows
    .map(({ channel }) => channel)
    .filter((channel) => channel !== FILE && !here.some((one) => one.channel === channel));
  if (unset.length === 0 || (await countOtherWorkers(sql)) > 0) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `notices of wave ${waveId} are left that go by ${unset.join(' and ')}: nothing is set for that here, and no worker is about`,
    {
      concerns: { wave: waveId },
      next: `Set ${settingsOf(unset)}, or start a worker where they are set: gelombang worker`,
    },
  );
}

/** What is otherwise, and what is to be done. */
function differenceOf(
  waveId: number,
  closed: readonly ChannelOfWave[],
  here: readonly ChannelOfWave[],
): readonly [what: string, next: string] | undefined {
  if (closed.length === 0) return undefined;
  const names = (channels: readonly ChannelOfWave[]) => channels.map(({ channel }) => channel);
  const missing = names(closed).filter((channel) => !names(here).includes(channel));
  const more = names(here).filter((channel) => !names(closed).includes(channel));
  const change = `To send them ${byChannels(here)}: gelombang notices release ${waveId} --channels`;
  const go = `the notices of wave ${waveId} go ${byChannels(closed)}`;
  const unset = missing.filter((channel) => channel !== FILE);
  if (unset.length > 0) {
    const which = closed.length === 1 ? 'it' : unset.join(' and ');
    return [`${go}, and nothing is set for ${which} here`, `Set ${settingsOf(unset)}.\n${change}`];
  }
  const added = more.filter((channel) => channel !== FILE);
  if (added.length > 0)
    return [
      `${go}, as it was closed, and ${settingsOf(added)} are set here`,
      `${change}\nTo leave it as it was closed, go on without these settings.`,
    ];
  const otherwise = here.find(({ channel, readers }) =>
    closed.some((one) => one.channel === channel && one.readers !== readers),
  );
  if (otherwise === undefined) return undefined;
  const { readers } = closed.find(({ channel }) => channel === otherwise.channel) ?? otherwise;
  return [
    `the notices of wave ${waveId} go by ${otherwise.channel} to ${readersIn(readers)}, as it was closed, and here to ${readersIn(otherwise.readers)}`,
    `Set SMS_TO=${readers}.\n${change}`,
  ];
}

function readersIn(readers: ChannelOfWave['readers']): string {
  return readers === 'all' ? 'everybody' : 'the accepted';
}

/** `by email and sms`, `to files`. */
export function byChannels(channels: readonly ChannelOfWave[]): string {
  return channels
    .map(({ channel, readers }) => {
      if (channel === FILE) return 'to files';
      return `by ${channel}${readers === 'accepted' ? ' to the accepted' : ''}`;
    })
    .join(' and ');
}

function settingsOf(channels: readonly Channel[]): string {
  return channels.map((channel) => SETTINGS[channel]).join(', ');
}
