/**
 * notify: sends the notices of a published wave, some thousand a step, those of the accepted first. A notice is marked as
 * being sent before it is handed over, in a transaction of its own: after a crash it is asked for, or told to be unknown, never just
 * sent again.
 */
import { logEvent } from '../events.ts';
import { FILE } from '../wave/channels.ts';
import type { Resting, Stage, StepContext } from '../wave/stage.ts';
import { batchBounds, stretchOf } from './batch.ts';
import { dispatch } from './dispatch.ts';
import { sendBatch } from './file-batch.ts';
import { fileNoticePort } from './file-port.ts';
import { openGateways } from './gateways.ts';
import { outgoing } from './outgoing.ts';
import type { NoticePort } from './port.ts';
import { readersOf } from './readers.ts';
import type { NoticeSettings } from './settings.ts';
import { openTexts } from './texts.ts';

/** @param port Takes what no gateway takes. */
export function notifyStage(
  settings: NoticeSettings,
  port: NoticePort = fileNoticePort(settings.folder),
): Stage {
  const gateways = openGateways(settings);
  const others = new Others();
  return {
    plan: batchBounds,
    work: async (context) => {
      const { client, wave, part } = context;
      const stretch = stretchOf(part);
      const texts = await openTexts(stretch.channel, settings);
      const readers = await readersOf(client, wave, stretch);
      const notices = outgoing(wave, stretch.channel, readers, texts.of(wave));
      if (stretch.channel === FILE)
        return sendBatch(context, { wave: wave.id, part: part.part, notices }, port);
      const gateway = await gateways(stretch.channel);
      if (gateway === undefined) return others.leave(context, stretch.channel);
      const provinces = readers.map(({ gave }) => gave.regency_code.slice(0, 2));
      return dispatch(context, { gateway, texts, notices, provinces, quietHours: settings.quietHours });
    },
  };
}

/** Milliseconds for which a step is let be that this process cannot do, and between two lines of the log about it. */
const LET_BE = 15_000;
const SAY_AGAIN = 60_000;

/** What goes over channels that are not set here: somebody else may know how. */
class Others {
  /** Milliseconds, by wave and channel. */
  readonly #said = new Map<string, number>();

  leave({ wave, log }: StepContext, channel: string): Resting {
    const of = `${wave.id} ${channel}`;
    const now = performance.now();
    if (now - (this.#said.get(of) ?? Number.NEGATIVE_INFINITY) >= SAY_AGAIN) {
      this.#said.set(of, now);
      logEvent(log, 'notices.unknown_gateway', { wave: wave.id, channel });
    }
    return { until: new Date(Date.now() + LET_BE), counts: {} };
  }
}
