/** The connections to a service: a call goes out over one of them, once, and what comes back is handed on as it came. */
import { Pool } from 'undici';
import { type Passing, Post } from './post.ts';

/** Milliseconds for which a connection is kept that nobody uses: less than servers do that say nothing of it. */
const IDLE = 4_000;
const MOST_IDLE = 60_000;

const USER_AGENT = 'gelombang';

export interface Call {
  /** From the root on, without a query: nobody is in an address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface LineOptions {
  /** Of which the protocol, the host and the port count. */
  readonly url: string;
  readonly connections: number;
  /** Milliseconds for one call, to the last byte of its answer. */
  readonly timeout: number;
}

export class Line {
  readonly #pool: Pool;
  readonly #timeout: number;
  readonly #posts = new Set<Post>();

  constructor({ url, connections, timeout }: LineOptions) {
    this.#timeout = timeout;
    this.#pool = new Pool(new URL(url).origin, {
      connections,
      // One call after the other on a connection: a slow answer holds up nobody else's.
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE,
      keepAliveMaxTimeout: MOST_IDLE,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      // Whatever the environment says of TLS: passwords go to whoever answers.
      connect: { timeout, rejectUnauthorized: true },
    });
  }

  /** Begins a call. Its reply is what came back, also where that was nothing: it never rejects. */
  post({ path, headers, body }: Call, passing: Passing): Post {
    const post = new Post(passing, this.#timeout);
    this.#posts.add(post);
    void post.reply.then(() => this.#posts.delete(post));
    this.#pool.dispatch(
      { method: 'POST', path, headers: { ...headers, 'user-agent': USER_AGENT }, body },
      post,
    );
    post.waits();
    return post;
  }

  /** Waits for no answer any more: those under way come back as cut. */
  cut(): void {
    for (const post of this.#posts) post.cut();
  }

  async close(): Promise<void> {
    this.cut();
    await this.#pool.destroy();
  }
}
