/** The connections to the service: a question goes out over one of them, and what comes back is handed on as it came. */
import { Pool } from 'undici';
import type { Passing } from './last-second.ts';
import { Post, type Reply } from './post.ts';
import type { DukcapilSettings } from './settings.ts';

/** Milliseconds for which a connection is kept that nobody uses: less than servers do that say nothing of it. */
const IDLE = 4_000;
const MOST_IDLE = 60_000;

const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json',
  'user-agent': 'gelombang',
};

export class Line {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #timeout: number;
  readonly #posts = new Set<Post>();

  constructor({ url, callsAtOnce, timeout }: Pick<DukcapilSettings, 'url' | 'callsAtOnce' | 'timeout'>) {
    const { origin, pathname } = new URL(url);
    this.#path = pathname;
    this.#timeout = timeout;
    this.#pool = new Pool(origin, {
      connections: callsAtOnce,
      // One call after the other on a connection: a slow answer holds up nobody else's.
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE,
      keepAliveMaxTimeout: MOST_IDLE,
      headersTimeout: timeout,
      bodyTimeout: timeout,
      // Whatever the environment says of TLS: the password goes to whoever answers.
      connect: { timeout, rejectUnauthorized: true },
    });
  }

  /** @returns What came back, also where that was nothing: it never rejects. */
  async post(body: string, passing: Passing): Promise<Reply> {
    const post = new Post(passing, this.#timeout);
    this.#posts.add(post);
    this.#pool.dispatch({ method: 'POST', path: this.#path, headers: HEADERS, body }, post);
    post.waits();
    const reply = await post.reply;
    this.#posts.delete(post);
    return reply;
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
