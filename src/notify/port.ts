/** Where notices leave the house: one way out a channel. */
import type { GatewayChannel } from '../wave/channels.ts';

/** One message to one person over one channel. */
export interface OutgoingNotice {
  /** The idempotency key: the same for every attempt at the same message. */
  readonly id: string;
  readonly wave: number;
  readonly registration_no: string;
  readonly outcome: string;
  readonly email: string;
  readonly phone: string;
  readonly subject: string;
  /** Plain text. */
  readonly body: string;
  /** The same, where the channel takes it. */
  readonly html?: string;
}

/** Some thousand notices, always the same ones under the same name. */
export interface NoticeBatch {
  readonly wave: number;
  readonly part: number;
  readonly notices: readonly OutgoingNotice[];
}

/**
 * What became of a notice. `unknown`: it may have gone out, nobody can tell; it is never sent again by itself.
 * `created`: it certainly did not go out and may be sent. `delivered`: the other side says that it arrived.
 */
export type NoticeState = 'created' | 'sent' | 'delivered' | 'failed' | 'unknown';

/** States that end without its having arrived, as far as anybody knows. */
export const RESENDABLE = ['unknown', 'failed'] as const;
export type Resendable = (typeof RESENDABLE)[number];

/** Registration number → what became of the notice. */
export type Receipts = ReadonlyMap<string, NoticeState>;

/** Takes batches in whole. */
export interface NoticePort {
  /** Sends what was never handed over before. Throws only where it can be sure that nothing went out. */
  send(batch: NoticeBatch, signal: AbortSignal): Promise<Receipts>;
  /** What became of notices whose sending was cut off. */
  ask(batch: NoticeBatch): Promise<Receipts>;
}

/** Seconds that another is let alone at the most: who asks for more is asked again all the same. */
export const LONGEST_REST = 86_400;

/** What a gateway says of one notice. Reasons hold a code and words of the other side, and nobody's address. */
export type Receipt =
  | { readonly state: 'sent' | 'delivered'; readonly reference?: string }
  /** For good: the address is none, or the other side refuses it. */
  | { readonly state: 'failed'; readonly reason: string }
  /** The connection went after it may have been taken over. */
  | { readonly state: 'unknown'; readonly reason: string }
  /** It certainly did not go out: not taken now. */
  | {
      readonly state: 'created';
      readonly reason: string;
      /** Seconds that the other side wants to be let alone, where it says so. */
      readonly after?: number;
      /** Nobody is there, or whoever is takes nothing from anybody: no matter of this notice. */
      readonly isDown?: boolean;
      /** Nothing of it was tried, or it was given up before anything of it was out, since the program ends: this was no attempt. */
      readonly isStopped?: true;
    };

/** Takes notices one by one, over connections of its own. */
export interface Gateway {
  readonly channel: GatewayChannel;
  /** Side by side. */
  readonly connections: number;
  /** Notices a second, of all workers together; undefined: as many as it takes. */
  readonly rate: number | undefined;
  /** Never throws, and answers within its own time limit; on the signal, within seconds. */
  send(notice: OutgoingNotice, signal: AbortSignal): Promise<Receipt>;
  /**
   * What became of a notice whose sending was cut off; undefined where nobody could be asked: it is asked later. Not given where the
   * gateway keeps no account of that.
   */
  ask?(notice: OutgoingNotice, signal: AbortSignal): Promise<Receipt | undefined>;
  close(): Promise<void>;
}
