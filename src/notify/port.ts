/** Where notices leave the house: one port a channel. */

/** Where a notice goes without a gateway: the port that writes JSON lines to a file. */
export const CHANNEL = 'file';

export interface OutgoingNotice {
  /** The idempotency key: the same for every attempt at the same message. */
  readonly id: string;
  readonly wave: number;
  readonly registration_no: string;
  readonly outcome: string;
  readonly email: string;
  readonly phone: string;
  readonly subject: string;
  readonly body: string;
}

/** Some thousand notices, always the same ones under the same name. */
export interface NoticeBatch {
  readonly wave: number;
  readonly part: number;
  readonly notices: readonly OutgoingNotice[];
}

/**
 * What became of a notice. `unknown`: it may have gone out, nobody can tell; it is never sent again by itself.
 * `created`: it certainly did not go out and may be sent.
 */
export type NoticeState = 'created' | 'sent' | 'failed' | 'unknown';

/** Registration number → what became of the notice. */
export type Receipts = ReadonlyMap<string, NoticeState>;

export interface NoticePort {
  /** Sends what was never handed over before. Throws only where it can be sure that nothing went out. */
  send(batch: NoticeBatch, signal: AbortSignal): Promise<Receipts>;
  /** What became of notices whose sending was cut off. */
  ask(batch: NoticeBatch): Promise<Receipts>;
}
