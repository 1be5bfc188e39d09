/** What there is to say of a wave's notices, each in a line. */
import type { ChannelStatus, NoticeCounts, ReasonCount } from '../wave/notices.ts';
import type { WaveStatus } from '../wave/status.ts';
import { amount, moment } from './words.ts';

/** Of a run that is through: what became of them, or how they are released. */
export function noticesLine({ wave, notices, notices_held }: WaveStatus): string {
  if (!notices_held) return sentLine(notices);
  return `Notices: ${amount(notices.held)} held; send them with: gelombang notices release ${wave}`;
}

export function sentLine({ sent, delivered, failed, unknown, waiting }: NoticeCounts): string {
  const left = waiting > 0 ? `, ${amount(waiting)} waiting` : '';
  return `Notices: ${amount(sent + delivered)} sent, ${amount(failed)} failed, ${amount(unknown)} unknown${left}.`;
}

/** Of a run at whatever point: of all channels together, and of each where there are several or one waits. */
export function noticeLines({ notices, channels, notice_reasons }: WaveStatus): string[] {
  const each = channels.length > 1 ? channelLines(channels) : channels.flatMap(waitLines);
  return [`Notices: ${partsOf(notices)}.`, ...each, ...notice_reasons.map(reasonLine)];
}

/** Each channel, and what it waits for. */
export function channelLines(channels: readonly ChannelStatus[]): string[] {
  if (channels.length === 0) return ['There are no notices yet.'];
  return channels.flatMap((channel) => [`${channel.channel}: ${partsOf(channel)}.`, ...waitLines(channel)]);
}

/** Why notices wait, where they do. */
export function waitLines({
  channel,
  held,
  waiting,
  paused,
  gateway_rests,
  goes_on_at,
}: ChannelStatus): string[] {
  if (waiting + held === 0) return [];
  if (paused !== null)
    return [
      `  ${channel} paused since ${moment(paused.at)} by ${paused.by}${paused.reason === null ? '' : `: ${paused.reason}`}`,
    ];
  if (waiting === 0) return [];
  if (gateway_rests !== null)
    return [
      `  nobody takes notices by ${channel}: ${gateway_rests.why}; tried again ${moment(gateway_rests.until)}`,
    ];
  if (goes_on_at !== null)
    return [`  goes on ${moment(goes_on_at)}, after quiet hours or an attempt that was put off`];
  return [];
}

function partsOf({ created, held, waiting, sent, delivered, failed, unknown }: NoticeCounts): string {
  const said = { created, held, waiting, sent, delivered, failed, unknown };
  const always = new Set(['created', 'waiting', 'sent', 'failed', 'unknown']);
  const parts = Object.entries(said).filter(([state, count]) => always.has(state) || count > 0);
  return parts.map(([state, count]) => `${amount(count)} ${state}`).join(', ');
}

export function reasonLine({ channel, state, reason, count }: ReasonCount): string {
  return `  ${channel}, ${state}: ${amount(count)} for ${reason}`;
}
