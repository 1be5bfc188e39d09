/** One connection to the server: a message after the other, and of each how far it came. */
import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { wasFrozen } from '../frozen.ts';
import { CUT, type Failure, FROZEN, GONE, LATE, type Stage } from './failure.ts';
import type { Letter } from './letter.ts';
import type { Server } from './server.ts';

/** Bytes that are handed on at once: what is not read yet is certainly not out. */
const SLICE = 16 << 10;

/** Answers that the one to a whole message may take as long as: a server that looks through it is waited for, since nobody can ask later. */
const PATIENCE = 4;
/** Milliseconds that a server has to take leave. */
const LEAVE = 1_000;

/** As nodemailer's errors are, in what is used of them. */
interface Trouble {
  readonly code?: string | undefined;
  readonly originalCode?: string | undefined;
  readonly response?: string | undefined;
  readonly command?: string | undefined;
}

type Done = (trouble?: Trouble | null) => void;

export class Line {
  /** Messages that were begun on it. */
  begun = 0;
  /** By `performance.now()`: when it was last used. */
  usedAt = 0;
  readonly #server: Server;
  readonly #connection: SMTPConnection;
  #isOpen = true;
  /** After a message that was refused. */
  #isToReset = false;
  #leaving: Promise<unknown> | undefined;
  #stage: Stage = 'opening';
  #timer: NodeJS.Timeout | undefined;
  /** Ends what is under way; what comes later is nobody's. */
  #end: Done = () => {};

  constructor(server: Server) {
    const { host, port, secure, requireTLS, ca, timeout } = server;
    this.#server = server;
    this.#connection = new SMTPConnection({
      ...{ host, port, secure, requireTLS },
      // Whatever the environment says of TLS: the login goes to whoever answers.
      tls: { rejectUnauthorized: true, ...(ca === undefined ? {} : { ca }) },
      ...{ connectionTimeout: timeout, greetingTimeout: timeout, dnsTimeout: timeout },
      // Of ours the timers are; this one is for a connection that nobody uses any more.
      socketTimeout: timeout * (PATIENCE + 1),
      socketCloseTimeout: 0,
    });
    this.#connection.on('error', (trouble: Trouble) => this.#end(trouble));
    this.#connection.on('end', () => {
      this.#isOpen = false;
      // What it ended with is told right after, if anything is.
      setImmediate(() => this.#end({ code: GONE }));
    });
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @returns Why it is not open. */
  async open(): Promise<Failure | undefined> {
    const connection = this.#connection;
    const failed = await this.#during('opening', (done) => connection.connect(done));
    const { login } = this.#server;
    if (failed !== undefined || login === undefined || !connection.allowsAuth) {
      return failed ?? this.#withoutLogin();
    }
    return await this.#during('opening', (done) => connection.login({ credentials: login }, done));
  }

  /** A login that is set is given: what a server takes from anybody is not what was meant. */
  #withoutLogin(): Failure | undefined {
    return this.#server.login === undefined ? undefined : { stage: 'opening', code: 'EAUTH' };
  }

  /** @returns Why it is not known to be sent. A line that is still open then may go on. */
  async send({ from, to, bytes }: Letter): Promise<Failure | undefined> {
    this.begun += 1;
    const unready = this.#isToReset ? await this.#reset() : undefined;
    if (unready !== undefined) return unready;
    const message = new Slices(bytes, {
      // Nodemailer takes a 250 for it as well: that is the answer to something else, and so would the last one be.
      mayBegin: () => String(this.#connection.lastServerResponse).startsWith('3'),
      ends: () => {
        this.#stage = 'message';
        this.#limit(this.#server.timeout * PATIENCE);
      },
    });
    const envelope = { from, to: [to], size: bytes.length };
    const failed = await this.#during('envelope', (done) => this.#connection.send(envelope, message, done));
    this.#isToReset = failed !== undefined;
    this.usedAt = performance.now();
    const isBefore = failed === undefined && this.#stage !== 'message';
    const end = isBefore ? { stage: 'message' as const, code: 'EPROTOCOL' } : failed;
    // Another message only where it is known which answer is to which: after any other end one may still come.
    if (end !== undefined && !isRefusal(end)) this.cut();
    return end;
  }

  /** @returns Why nothing can be sent. */
  async #reset(): Promise<Failure | undefined> {
    const failed = await this.#during('envelope', (done) => this.#connection.reset(done));
    if (failed === undefined) return undefined;
    this.cut();
    return { stage: 'envelope', code: failed.code === CUT ? CUT : GONE };
  }

  /** Takes leave, and waits a moment for the server to do so. */
  async leave(): Promise<void> {
    if (!this.#isOpen) return;
    this.#leaving ??= this.#during('envelope', () => this.#connection.quit(), LEAVE);
    await this.#leaving;
    this.cut();
  }

  /** Ends what is under way, at once. */
  cut(): void {
    this.#end({ code: CUT });
    this.#connection.close();
  }

  #during(
    stage: Stage,
    begin: (done: Done) => void,
    time = this.#server.timeout,
  ): Promise<Failure | undefined> {
    this.#stage = stage;
    return new Promise((resolve) => {
      this.#end = (trouble) => {
        this.#end = () => {};
        clearTimeout(this.#timer);
        resolve(trouble ? failureOf(this.#stage, trouble) : undefined);
      };
      this.#limit(time);
      begin((trouble) => this.#end(trouble));
    });
  }

  /** What is under way has so many milliseconds from now on. */
  #limit(time: number): void {
    clearTimeout(this.#timer);
    const due = Date.now() + time;
    this.#timer = setTimeout(() => {
      this.#end({ code: wasFrozen(due) ? FROZEN : LATE });
      this.#connection.close();
    }, time);
  }
}

function failureOf(stage: Stage, { code, originalCode, response, command }: Trouble): Failure {
  const named = String(originalCode ?? code);
  return { stage, code: /^[A-Z][A-Z0-9_]{1,60}$/.test(named) ? named : 'UNKNOWN', reply: response, command };
}

/** An answer in its place; or the server's own word on sizes, given before. */
function isRefusal({ code, reply }: Failure): boolean {
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && /^([45]|$)/.test(reply ?? '');
}

interface Watch {
  /** Asked before the first byte. */
  mayBegin(): boolean;
  ends(): void;
}

/** A message that tells when its last byte is about to be handed on: the dot that ends it follows. */
class Slices extends Readable {
  readonly #bytes: Buffer;
  readonly #watch: Watch;
  #at = 0;

  constructor(bytes: Buffer, watch: Watch) {
    super({ highWaterMark: SLICE });
    this.#bytes = bytes;
    this.#watch = watch;
  }

  override _read(): void {
    if (this.#at === 0 && !this.#watch.mayBegin()) {
      this.destroy(new Error('answers that are out of step'));
    } else if (this.#at < this.#bytes.length) {
      const from = this.#at;
      this.#at += SLICE;
      this.push(this.#bytes.subarray(from, this.#at));
    } else {
      this.#watch.ends();
      this.push(null);
    }
  }
}
