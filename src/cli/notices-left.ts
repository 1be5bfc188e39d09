/** Notices that still wait when a command ends: whoever goes on with them, or what an operator is to do. */

import { GelombangError } from '../errors.ts';
import { ITSELF } from '../wave/channels.ts';
import type { ChannelStatus } from '../wave/notices.ts';
import type { WaveStatus } from '../wave/status.ts';
import { othersAmong } from '../wave/workers.ts';
import { counted, moment } from './words.ts';

/** What ends a command with 5: nobody goes on with those that wait by themselves. */
export function waitingLeft({
  wave,
  channels,
  notices,
  notices_held,
  workers,
}: WaveStatus): GelombangError | undefined {
  if (notices.waiting === 0 || notices_held) return undefined;
  const waiting = channels.filter((channel) => channel.waiting > 0);
  const stopped = waiting.filter(({ paused }) => paused !== null);
  const isWorkedOn = othersAmong(workers).length > 0;
  if (stopped.length === 0 && isWorkedOn) return undefined;
  const what = `${counted(notices.waiting, 'notice')} of wave ${wave} ${notices.waiting === 1 ? 'waits' : 'wait'}`;
  const left = (why: string, next: string) =>
    new GelombangError('UNKNOWNS_LEFT', `${what}${why}`, { concerns: { wave }, next });
  if (stopped.length > 0)
    return left(`: paused by ${stopped.map(pausedIn).join(', ')}`, resumeLines(wave, stopped));
  const from = waiting.flatMap(({ goes_on_at }) => goes_on_at ?? []).toSorted()[0];
  const when = from === undefined ? '' : ` from ${moment(from)} on`;
  return left(
    ', and no worker is about that goes on with them',
    `Start one: gelombang worker\nOr give it again${when}: gelombang notices release ${wave}`,
  );
}

/** That others go on with those that wait, where it is so. */
export function goingOnLines(status: WaveStatus): string[] {
  const { notices, notices_held } = status;
  if (notices.waiting === 0 || notices_held || waitingLeft(status) !== undefined) return [];
  return ['Workers that are about go on with those that wait.'];
}

/** What there is to do where channels are stopped, in lines. */
export function resumeLines(wave: number, stopped: readonly ChannelStatus[]): string {
  const resume = `gelombang notices resume ${wave}`;
  if (!stopped.some(({ paused }) => paused?.by === ITSELF)) return resume;
  return [
    'Look at the settings of the gateway: it refused everybody alike.',
    `Then: ${resume}`,
    `Send those again that were refused: gelombang notices resend ${wave} --state failed`,
  ].join('\n');
}

function pausedIn({ channel, paused }: ChannelStatus): string {
  return `${paused?.by} (${channel})`;
}
