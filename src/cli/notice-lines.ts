/** What there is to say of a wave's notices, each in a line. */
import type { NoticeCounts, WaveStatus } from '../wave/status.ts';
import { amount } from './words.ts';

/** Of a run that is through: what became of them, or how they are released. */
export function noticesLine({ wave, notices, notices_held }: WaveStatus): string {
  if (!notices_held) return sentLine(notices);
  return `Notices: ${amount(notices.held)} held; send them with: gelombang notices release ${wave}`;
}

export function sentLine({ sent, failed, unknown }: NoticeCounts): string {
  return `Notices: ${amount(sent)} sent, ${amount(failed)} failed, ${amount(unknown)} unknown.`;
}

/** Of a run at whatever point. */
export function countsLine({ created, held, waiting, sent, failed, unknown }: NoticeCounts): string {
  const said = { created, held, waiting, sent, failed, unknown };
  const parts = Object.entries(said).filter(([state, count]) => state !== 'held' || count > 0);
  return `Notices: ${parts.map(([state, count]) => `${amount(count)} ${state}`).join(', ')}.`;
}
