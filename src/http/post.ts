/** One request and what comes back on it, up to a size and a time. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';

/** Bytes of an answer. One about a person has some hundred. */
const MOST_BYTES = 64 << 10;

/** A call on its way: what becomes of it is told, in this order. */
export interface Passing {
  /** It is written to the connection, which may be a new one: then it may well come later than one that is sent after it. */
  sent(now: number, isNew: boolean): void;
  /** Its answer begins. */
  answered(now: number): void;
  /** It ends without an answer. */
  lost(): void;
}

export type Reply =
  | {
      readonly kind: 'reply';
      readonly status: number;
      /** Undefined where it did not come whole. */
      readonly text: string | undefined;
      /** As the header has it. */
      readonly retryAfter: string | undefined;
    }
  /** Nothing came that could be taken for a reply; the code is that of the error. */
  | {
      readonly kind: 'nothing';
      readonly code: string;
      /** A good one, where it came and its answer did not come whole. */
      readonly status?: number | undefined;
    };

export const TOO_LONG = 'TOO_LONG';
export const TOO_LATE = 'TOO_LATE';
export const CUT = 'CUT';

export class Post implements Dispatcher.DispatchHandler {
  readonly reply: Promise<Reply>;
  readonly #passing: Passing;
  readonly #deadline: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #resolve: (reply: Reply) => void = () => {};
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #hasWaited = false;
  #bytes = 0;
  #head: { readonly status: number; readonly retryAfter: string | undefined } | undefined;

  /** @param timeout Milliseconds from now on, of which the connection takes its part where there is none yet. */
  constructor(passing: Passing, timeout: number) {
    this.#passing = passing;
    this.#deadline = setTimeout(() => this.#give(TOO_LATE), timeout);
    this.reply = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /** Notes that it was handed over: from here on it is sent on a connection that was made for it. */
  waits(): void {
    this.#hasWaited = true;
  }

  /** Waits no more. */
  cut(): void {
    this.#give(CUT);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Over before it was sent; or sent, and about to be sent again on another connection: that would be a call of its own.
    if (this.#isOver || this.#controller !== undefined) {
      this.#give(CUT);
      controller.abort(new Error(CUT));
      return;
    }
    this.#controller = controller;
    this.#passing.sent(performance.now(), this.#hasWaited);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return;
    this.#passing.answered(performance.now());
    this.#head = { status, retryAfter: headers['retry-after'] };
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= MOST_BYTES) this.#chunks.push(chunk);
    else this.#give(TOO_LONG);
  }

  onResponseEnd(): void {
    this.#end(Buffer.concat(this.#chunks).toString());
  }

  onResponseError(_: unknown, error: Error): void {
    this.#end(undefined, codeOf(error));
  }

  /** Gives up on what is not there yet. */
  #give(code: string): void {
    if (this.#isOver) return;
    this.#end(undefined, code);
    this.#controller?.abort(new Error(code));
  }

  #end(text: string | undefined, code = ''): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#deadline);
    const head = this.#head;
    if (head === undefined) this.#passing.lost();
    // What the status says is said, however much of the body is missing; of a good one the body is the answer.
    const isSaid = head !== undefined && (text !== undefined || head.status >= 300);
    this.#resolve(
      isSaid ? { kind: 'reply', ...head, text } : { kind: 'nothing', code, status: head?.status },
    );
  }
}

/** Never the message: there are addresses in it. */
function codeOf(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}
