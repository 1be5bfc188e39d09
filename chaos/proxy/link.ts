/** One connection between the program and a server, passed on message by message: cut, stalled and changed on the way. */
import { connect, type NetConnectOpts, type Socket } from 'node:net';

export type Cut = 'reset' | 'end';

/** What a protocol does with what comes from the program and from the server. */
export interface Translator {
  /** Takes bytes from the program and gives whole messages; what is left over it keeps. */
  messagesIn(bytes: Buffer): Iterable<Buffer>;
  /** A message on its way to the server: passed on, changed, or kept back where a link is broken for it. */
  onMessage(message: Buffer, link: Link): void;
  /** Bytes on their way to the program. */
  onAnswer(bytes: Buffer, link: Link): void;
}

export class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #translator: Translator;
  readonly #waiting: Buffer[] = [];
  #stalled = false;
  #isLost = false;
  #over = false;

  constructor(client: Socket, to: NetConnectOpts, translator: Translator, onEnd: () => void) {
    this.#client = client;
    this.#translator = translator;
    this.#server = connect({ ...to, noDelay: true } as NetConnectOpts);
    client.setNoDelay(true);
    client.on('data', (bytes: Buffer) => {
      this.#waiting.push(...translator.messagesIn(bytes));
      this.#pump();
    });
    this.#server.on('data', (bytes: Buffer) => translator.onAnswer(bytes, this));
    // What is lost on one side is told to the other by its end.
    for (const socket of [client, this.#server]) socket.on('error', () => {});
    client.on('close', () => {
      this.#over = true;
      this.#server.destroy();
      onEnd();
    });
    this.#server.on('close', () => {
      this.#isLost = true;
      if (!this.#stalled) client.destroySoon();
    });
  }

  toServer(bytes: Buffer, sent?: () => void): void {
    if (this.#server.destroyed) return;
    this.#server.write(bytes, () => sent?.());
  }

  toClient(bytes: Buffer): void {
    if (!this.#client.destroyed) this.#client.write(bytes);
  }

  /** Nothing goes through in either direction until `goOn`. */
  stall(): void {
    this.#stalled = true;
    this.#client.pause();
    this.#server.pause();
  }

  goOn(): void {
    this.#stalled = false;
    if (this.#isLost) this.#client.destroySoon();
    this.#client.resume();
    this.#server.resume();
    this.#pump();
  }

  /** Both sides are told, by a reset or by an orderly end; what is on its way is lost. */
  cut(how: Cut): void {
    this.#over = true;
    if (how === 'reset') this.#client.resetAndDestroy();
    else this.#client.destroy();
    // The server may be behind a unix socket, which knows no reset.
    this.#server.destroy();
  }

  #pump(): void {
    while (!this.#stalled && !this.#over) {
      const message = this.#waiting.shift();
      if (message === undefined) return;
      this.#translator.onMessage(message, this);
    }
  }
}
