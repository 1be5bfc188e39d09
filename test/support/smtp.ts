/** A real server of e-mail on loopback that does with each message as the test says, and counts what it took over. */
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** What a client has just done: connected, named the sender, the recipient, begun with the message (it can only be cut off there), or ended it. */
export type Moment = 'connection' | 'sender' | 'recipient' | 'beginning' | 'message';

export interface Said {
  readonly moment: Moment;
  /** The recipient; empty before one is named. */
  readonly to: string;
  /** How often it came to this with this recipient, with this time. */
  readonly times: number;
}

/** Nothing in it: all is well. */
export interface Answer {
  /** A refusal: `451 4.7.1 Greylisted`. */
  readonly reply?: string;
  /** No answer ever comes. */
  readonly silent?: boolean;
  /** The line is cut; of a server without TLS. */
  readonly cut?: boolean;
  /** Milliseconds until any of that. */
  readonly after?: number;
  /** Of a message: it is taken over, whatever is said of it. */
  readonly keeps?: boolean;
}

export type Behaviour = (said: Said) => Answer | undefined;

export interface SmtpOptions {
  /** Messages are kept in whole, in `texts`; else they are counted. */
  readonly keepsTexts?: boolean;
  /** With a user and a password; else anybody is served. */
  readonly login?: { readonly user: string; readonly pass: string };
  /** PEM, for STARTTLS, or for TLS from the beginning. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly fromTheBeginning?: boolean };
  /** Whatever else smtp-server can be told. */
  readonly more?: SMTPServerOptions;
}

/** Of the head of a message that is looked through for its Message-ID. */
const HEAD_BYTES = 4096;

export async function startSmtp(
  behaviour: Behaviour = () => undefined,
  options: SmtpOptions = {},
): Promise<ScriptedSmtp> {
  const server = new ScriptedSmtp(behaviour, options);
  await server.start();
  return server;
}

export class ScriptedSmtp {
  /** Message-ID, without its brackets → how often it was taken over. */
  readonly received = new Map<string, number>();
  /** In the order in which they came, where they are kept. */
  readonly texts: Buffer[] = [];
  behaviour: Behaviour;
  /** All that were ever made, and the most at once. */
  connections = 0;
  mostAtOnce = 0;
  /** Those that are encrypted. */
  secured = 0;
  /** Logins that were tried. */
  logins = 0;
  /** Messages of which anything came. */
  begun = 0;
  readonly #options: SmtpOptions;
  readonly #server: SMTPServer;
  readonly #sockets = new Map<number, Socket>();
  readonly #times = new Map<string, number>();

  constructor(behaviour: Behaviour, options: SmtpOptions) {
    this.behaviour = behaviour;
    this.#options = options;
    this.#server = new SMTPServer(this.#optionsOfServer());
    this.#server.server.on('connection', (socket: Socket) => this.#watch(socket));
    // Cut lines are nothing to speak of here.
    this.#server.on('error', () => {});
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#options.tls?.fromTheBeginning === true ? 'smtps' : 'smtp'}://127.0.0.1:${this.port}`;
  }

  /** Connections that there are now. */
  get atOnce(): number {
    return this.#sockets.size;
  }

  /** Messages that were taken over. */
  get count(): number {
    let count = 0;
    for (const times of this.received.values()) count += times;
    return count;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  /** Ends all lines, as a machine does that is switched off; of a server without TLS. */
  cutAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  async stop(): Promise<void> {
    // Node 20 does not outlive a socket that is destroyed below its TLS: there the server takes leave by itself.
    if (this.#options.tls === undefined) this.cutAll();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  #optionsOfServer(): SMTPServerOptions {
    const { login, tls, more } = this.#options;
    return {
      authOptional: login === undefined,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      logger: false,
      closeTimeout: 20,
      ...(tls === undefined ? { disabledCommands: ['STARTTLS'] } : { key: tls.key, cert: tls.cert }),
      secure: tls?.fromTheBeginning ?? false,
      onSecure: (_socket, _session, done) => {
        this.secured += 1;
        done();
      },
      onAuth: ({ username, password }, _session, done) => {
        this.logins += 1;
        const isRight = username === login?.user && password === login?.pass;
        if (isRight) done(null, { user: username });
        else done(refusal(`535 5.7.8 Who is ${username}? ${password} is wrong`));
      },
      onConnect: ({ remotePort }, done) => this.#answer('connection', '', remotePort, done),
      onMailFrom: (_address, { remotePort }, done) => this.#answer('sender', '', remotePort, done),
      onRcptTo: ({ address }, { remotePort }, done) => this.#answer('recipient', address, remotePort, done),
      onData: (stream, session, done) => this.#take(stream, session, done),
      ...more,
    };
  }

  readonly #take: NonNullable<SMTPServerOptions['onData']> = (stream, session, done) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const to = session.envelope.rcptTo.map(({ address }) => address).join(' ');
    this.begun += 1;
    this.#answer('beginning', to, session.remotePort);
    stream.on('data', (chunk: Buffer) => {
      if (this.#options.keepsTexts === true || bytes < HEAD_BYTES) chunks.push(chunk);
      bytes += chunk.length;
    });
    stream.on('end', () => {
      const keep = () => this.#keep(Buffer.concat(chunks));
      this.#answer('message', to, session.remotePort, done, keep);
    });
  };

  #keep(text: Buffer): void {
    const [, id = ''] = /^Message-ID: <([^>]*)>/im.exec(text.toString('latin1', 0, HEAD_BYTES)) ?? [];
    this.received.set(id, (this.received.get(id) ?? 0) + 1);
    if (this.#options.keepsTexts === true) this.texts.push(text);
  }

  #answer(
    moment: Moment,
    to: string,
    port: number,
    done: (error?: Error | null) => void = () => {},
    keep: () => void = () => {},
  ): void {
    const { reply, silent, cut, after, keeps } =
      this.behaviour({ moment, to, times: this.#timesOf(moment, to) }) ?? {};
    const isRefused = reply !== undefined || silent === true || cut === true;
    if (keeps ?? !isRefused) keep();
    const answer = () => {
      if (cut === true) this.#sockets.get(port)?.destroy();
      else if (silent !== true) done(reply === undefined ? null : refusal(reply));
    };
    if (after === undefined) answer();
    else setTimeout(answer, after);
  }

  /** Of those alone that a test looks at: a hundred thousand messages are not counted one by one. */
  #timesOf(moment: Moment, to: string): number {
    if (this.behaviour.length === 0) return 0;
    const key = `${moment} ${to}`;
    const times = (this.#times.get(key) ?? 0) + 1;
    this.#times.set(key, times);
    return times;
  }

  #watch(socket: Socket): void {
    const { remotePort = 0 } = socket;
    this.connections += 1;
    this.#sockets.set(remotePort, socket);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#sockets.size);
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(remotePort));
  }
}

function refusal(reply: string): Error {
  return Object.assign(new Error(reply.slice(4)), { responseCode: Number(reply.slice(0, 3)) });
}
