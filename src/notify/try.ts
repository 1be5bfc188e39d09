/** A trial of the texts and of the gateway: letters of made-up people to somebody who looks at them. Nothing is kept of it. */
import { randomUUID } from 'node:crypto';
import type { GatewayChannel } from '../wave/channels.ts';
import type { Gateway, OutgoingNotice, Receipt } from './port.ts';
import { type Preview, type Previewed, previewOf } from './preview.ts';
import type { TextSettings } from './texts/environment.ts';
import type { WaveTold } from './texts.ts';

export interface Tried {
  readonly previewed: Previewed;
  readonly receipt: Receipt;
}

/** Whoever reads it must not take it for a notice. */
const MARK = '[UJI]';

export interface Trial {
  readonly channel: GatewayChannel;
  readonly to: string;
  readonly outcome: string | undefined;
}

/**
 * One after the other; on the signal, those that are left are not sent.
 * @throws GelombangError INPUT_REFUSED where a file of texts is set that cannot be used.
 */
export async function tryOut(
  wave: WaveTold & { readonly id: number },
  { channel, to, outcome }: Trial,
  settings: TextSettings,
  gateway: Gateway,
  signal: AbortSignal,
): Promise<readonly Tried[]> {
  const preview: Preview = await previewOf(
    wave,
    { channels: [channel], outcome, reasons: undefined },
    settings,
  );
  const run = randomUUID();
  const tried: Tried[] = [];
  for (const [at, previewed] of preview.texts.entries()) {
    if (signal.aborted) break;
    const notice = noticeOf(wave.id, previewed, to, `try-${run}-${at + 1}`);
    tried.push({ previewed, receipt: await gateway.send(notice, signal) });
  }
  return tried;
}

/** @param id No real one begins like it: those begin with the number of a wave. */
function noticeOf(
  wave: number,
  { sample, channel, ...written }: Previewed,
  to: string,
  id: string,
): OutgoingNotice {
  const { subject, body, html } = written;
  const isSms = channel === 'sms';
  return {
    ...{ id, wave, registration_no: sample.gave.registration_no, outcome: sample.outcome },
    ...(isSms ? { email: '', phone: to } : { email: to, phone: '' }),
    ...(isSms ? { subject, body: `${MARK} ${body}` } : { subject: `${MARK} ${subject}`, body }),
    ...(html === undefined ? {} : { html }),
  };
}

/** What the audit log says of where it went: enough to know one's own. */
export function maskedAddress(address: string): string {
  const [local = '', domain] = address.split('@');
  if (domain !== undefined) return `${local.slice(0, 1)}***@${domain}`;
  return `${address.slice(0, 3)}******${address.slice(-2)}`;
}
