/** What a provider's API has to say for itself, so that the gateway can speak to it. A provider is a file of these few. */
import type { Call } from '../../http/line.ts';
import type { Reply } from '../../http/post.ts';
import type { OutgoingNotice, Receipt } from '../port.ts';

/** What the other side said: all of it, or the status alone where the rest was cut off. */
export type Answer = Pick<Extract<Reply, { kind: 'reply' }>, 'status' | 'text' | 'retryAfter'>;

export interface Api {
  /** @param to The reader's address, checked: E.164. */
  message(notice: OutgoingNotice, to: string): Call;
  /** What the answer to a message means. */
  receipt(answer: Answer, notice: OutgoingNotice): Receipt;
  /** What became of a message; not given where the provider cannot tell by the notice's own id. */
  readonly account?: {
    question(notice: OutgoingNotice): Call;
    receipt(answer: Answer, notice: OutgoingNotice): Receipt;
  };
}
