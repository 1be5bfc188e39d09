/** What a gateway, or whoever sent notices, says afterwards of one of them. */
import { CHANNELS, type Channel } from '../../wave/channels.ts';
import { quoted } from '../quoted.ts';

/** `unknown`: that it is on its way still, or that nobody knows; nothing follows from it. */
export type Told = 'delivered' | 'failed' | 'sent' | 'unknown';

export interface NoticeKey {
  readonly wave: number;
  readonly registrationNo: string;
  readonly channel: Channel;
}

export interface Report {
  /** Which notice: by its own id, or as its gateway names it. */
  readonly of: NoticeKey | { readonly reference: string };
  readonly told: Told;
  /** Of a failure: the status as it was given, and the other side's words without anybody's address. */
  readonly reason: string | null;
}

const TOLD: Readonly<Record<string, Told>> = {
  ...{ delivered: 'delivered', read: 'delivered' },
  ...{ failed: 'failed', undelivered: 'failed', bounced: 'failed', rejected: 'failed', expired: 'failed' },
  ...{ canceled: 'failed', sent: 'sent', accepted: 'unknown', queued: 'unknown', scheduled: 'unknown' },
  ...{ sending: 'unknown', deferred: 'unknown', unknown: 'unknown' },
};

const STATUSES = Object.keys(TOLD);

export type Reading =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'fault'; readonly what: string };

const LONGEST_REFERENCE = 255;

/** Nothing of what was given stands in a fault. Further fields are not used. */
export function readReport(fields: Readonly<Record<string, unknown>>): Reading {
  const [id, reference, status] = [textOf(fields.id), textOf(fields.reference), textOf(fields.status)];
  const told = Object.hasOwn(TOLD, status.toLowerCase()) ? TOLD[status.toLowerCase()] : undefined;
  if (told === undefined) return fault(`expected a status: one of ${STATUSES.join(', ')}`);
  const of = id === '' ? referenceIn(reference) : keyOf(id);
  if (of === undefined)
    return fault('expected the id of a notice, such as 17-REG-1-sms, or the reference that its gateway gave');
  const reason = told === 'failed' ? quoted(`${status.toUpperCase()} ${textOf(fields.reason)}`.trim()) : null;
  return { kind: 'report', report: { of, told, reason } };
}

/** @param id `17-REG-1-sms`: a registration number may hold dashes, a wave and a channel hold none. */
export function keyOf(id: string): NoticeKey | undefined {
  const [, wave, registrationNo, channel] = /^([1-9]\d{0,8})-([A-Z0-9-]{1,32})-([a-z]+)$/.exec(id) ?? [];
  const known = CHANNELS.find((each) => each === channel);
  if (wave === undefined || registrationNo === undefined || known === undefined) return undefined;
  return { wave: Number(wave), registrationNo, channel: known };
}

function referenceIn(reference: string): Report['of'] | undefined {
  const isOne = reference !== '' && reference.length <= LONGEST_REFERENCE && !/\p{C}/u.test(reference);
  return isOne ? { reference } : undefined;
}

function fault(what: string): Reading {
  return { kind: 'fault', what };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}
