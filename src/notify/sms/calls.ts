/** Calls of a gateway: each is written to a connection once at the most, and it is known whether it was. */
import { setMaxListeners } from 'node:events';
import type { Call, Line, LineOptions } from '../../http/line.ts';
import { CUT, type Passing, type Post, type Reply, TOO_LATE, TOO_LONG } from '../../http/post.ts';
import { wasFrozen } from '../frozen.ts';
import type { Answer } from './api.ts';

export type Brought =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | {
      readonly kind: 'nothing';
      /** A code and words of our own. */
      readonly why: string;
      /** It was written to a connection, or a part of it: it may have been taken. */
      readonly isBegun: boolean;
      /** Nobody was there. */
      readonly isDown: boolean;
      /** Given up because the program ends. */
      readonly isStopped: boolean;
    };

/** Milliseconds for which a call that has begun may still bring something after the signal. */
const GRACE = 3_000;

const STOPPED: Brought = {
  kind: 'nothing',
  why: 'STOPPED not begun',
  ...{ isBegun: false, isDown: false, isStopped: true },
};

export class Calls {
  readonly #options: LineOptions;
  #line: Promise<Line> | undefined;

  constructor({ url, connections, timeout }: LineOptions) {
    this.#options = { url, connections, timeout };
  }

  /** It never rejects. On the signal a call that is not begun is not made, and one that is has some seconds left. */
  async make(call: Call, signal: AbortSignal): Promise<Brought> {
    // As many listen as there are calls under way.
    setMaxListeners(0, signal);
    if (signal.aborted) return STOPPED;
    const line = await this.#open();
    if (signal.aborted) return STOPPED;
    const passing = new Begun();
    const due = Date.now() + this.#options.timeout;
    const post = line.post(call, passing);
    const stopping = new Stopping(post, passing);
    const stop = () => stopping.begin();
    signal.addEventListener('abort', stop, { once: true });
    const reply = await post.reply;
    signal.removeEventListener('abort', stop);
    stopping.end();
    return broughtBy(reply, passing.isBegun, wasFrozen(due));
  }

  /** Loaded with the first call: the client takes a third of a second, and most commands send nothing. */
  #open(): Promise<Line> {
    this.#line ??= import('../../http/line.ts').then((loaded) => new loaded.Line(this.#options));
    return this.#line;
  }

  async close(): Promise<void> {
    const line = this.#line;
    this.#line = undefined;
    await (await line)?.close();
  }
}

/** Notes whether a call is written to its connection. */
class Begun implements Passing {
  isBegun = false;

  sent(): void {
    this.isBegun = true;
  }

  answered(): void {}

  lost(): void {}
}

/** Ends a call once the signal is given: at once where it is not begun. */
class Stopping {
  readonly #post: Post;
  readonly #passing: Begun;
  #timer: NodeJS.Timeout | undefined;

  constructor(post: Post, passing: Begun) {
    this.#post = post;
    this.#passing = passing;
  }

  begin(): void {
    if (this.#passing.isBegun) this.#timer = setTimeout(() => this.#post.cut(), GRACE);
    else this.#post.cut();
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

const WORDS: Readonly<Record<string, string>> = {
  [TOO_LATE]: 'no answer in time',
  [TOO_LONG]: 'an answer that is too long',
  [CUT]: 'stopped',
  ECONNREFUSED: 'nobody is there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name is not found for now',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

/** @param isFrozen It took far longer than it may: the program stood still. */
function broughtBy(reply: Reply, isBegun: boolean, isFrozen: boolean): Brought {
  if (reply.kind === 'reply') return { kind: 'answer', answer: reply };
  const { code, status } = reply;
  if (status !== undefined)
    return { kind: 'answer', answer: { status, text: undefined, retryAfter: undefined } };
  const why = `${code} ${WORDS[code] ?? (isBegun ? 'the connection was lost' : 'no connection')}`;
  const isStopped = code === CUT;
  return { kind: 'nothing', why, isBegun, isDown: !isBegun && !isStopped && !isFrozen, isStopped };
}
