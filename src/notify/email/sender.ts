/** Sends letters over a few connections, which are kept while they are used. */
import { setMaxListeners } from 'node:events';
import { CUT, type Failure, FROZEN, LATE } from './failure.ts';
import type { Letter } from './letter.ts';
import { Line } from './line.ts';
import { Places } from './places.ts';
import type { Server } from './server.ts';

/** Messages over one connection: some servers end it after so many. */
const MOST_MESSAGES = 100;
/** Milliseconds for which a connection is kept that nobody uses: some servers end it after ten seconds. */
const IDLE = 8_000;
/** Milliseconds for which a message that is under way may still be answered after the signal. */
const GRACE = 3_000;

const NOT_BEGUN: Failure = { stage: 'opening', code: CUT };

export class Sender {
  readonly #server: Server;
  readonly #places: Places;
  readonly #idle: Line[] = [];
  readonly #underWay = new Set<Line>();
  #isClosed = false;

  constructor(server: Server, connections: number) {
    this.#server = server;
    this.#places = new Places(connections);
  }

  /** @returns Why it is not known to be sent. */
  async send(letter: Letter, signal: AbortSignal): Promise<Failure | undefined> {
    // As many listen as there are letters under way.
    setMaxListeners(0, signal);
    if (!(await this.#places.take(signal))) return NOT_BEGUN;
    try {
      const line = await this.#kept();
      const failure = line && (await this.#over(line, letter, signal));
      return line === undefined || isLeft(line, failure) ? await this.#anew(letter, signal) : failure;
    } finally {
      this.#places.giveBack();
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const line of this.#underWay) line.cut();
    await Promise.all(this.#idle.splice(0).map((line) => line.leave()));
  }

  async #anew(letter: Letter, signal: AbortSignal): Promise<Failure | undefined> {
    const line = new Line(this.#server);
    const failed = await this.#with(line, signal, 0, () => line.open());
    if (failed === undefined) return await this.#over(line, letter, signal);
    line.cut();
    return failed;
  }

  async #over(line: Line, letter: Letter, signal: AbortSignal): Promise<Failure | undefined> {
    const failure = await this.#with(line, signal, GRACE, () => line.send(letter));
    if (line.isOpen && line.begun < MOST_MESSAGES && !this.#isClosed) this.#idle.push(line);
    // Nobody else takes its place before it is gone: some servers count.
    else await line.leave();
    return failure;
  }

  /** Gives up what is under way so many milliseconds after the signal. */
  async #with(
    line: Line,
    signal: AbortSignal,
    grace: number,
    work: () => Promise<Failure | undefined>,
  ): Promise<Failure | undefined> {
    if (signal.aborted || this.#isClosed) return NOT_BEGUN;
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      timer = setTimeout(() => line.cut(), grace);
    };
    signal.addEventListener('abort', stop, { once: true });
    this.#underWay.add(line);
    try {
      return await work();
    } finally {
      this.#underWay.delete(line);
      signal.removeEventListener('abort', stop);
      clearTimeout(timer);
    }
  }

  /** The one that was used last: the others may rest. */
  async #kept(): Promise<Line | undefined> {
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (line.isOpen && performance.now() - line.usedAt < IDLE) return line;
      await line.leave();
    }
    return undefined;
  }
}

/** The server had done with a connection that was kept: nothing of the message is out, and another connection may do. */
function isLeft(line: Line, failure: Failure | undefined): boolean {
  if (failure?.stage !== 'envelope' || line.isOpen) return false;
  const isByServer = failure.reply === undefined || failure.reply.startsWith('421');
  return isByServer && ![LATE, FROZEN, CUT].includes(failure.code);
}
