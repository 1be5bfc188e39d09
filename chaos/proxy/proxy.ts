/** A proxy on a port of its own between one process and a server: it counts what the process asks, over all connections. */
import { once } from 'node:events';
import { createServer, type NetConnectOpts, type Server } from 'node:net';
import { type Cut, Link, type Translator } from './link.ts';

/** What is done to the message of a number, in place of passing it on. */
export type Disturbance =
  /** The connection, or all of the process, is lost before the server hears of it. */
  | { readonly kind: 'cut'; readonly how: Cut; readonly all: boolean }
  /** Nothing goes through any more, on all connections, from here on. */
  | { readonly kind: 'stall' }
  /** Not passed on, and nothing more goes through on this connection. */
  | { readonly kind: 'hold' }
  /** The server refuses it, in its place in the protocol. */
  | { readonly kind: 'fail' }
  /** Not passed on, and then `act`. */
  | { readonly kind: 'instead'; readonly act: () => void }
  /** Passed on, and then `act`, before there is an answer. */
  | { readonly kind: 'after'; readonly act: () => void }
  /** Passed on; `act` when the answer has come, which is not passed on. */
  | { readonly kind: 'answered'; readonly act: () => void };

/** @param number From 1. @param what In a word or two what is asked. */
export type Decide = (number: number, what: string) => Disturbance | undefined;

export type Protocol = (proxy: ServerProxy) => Translator;

export class ServerProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #decide: Decide = () => undefined;
  #isReachable = true;
  #isStalled = false;
  #counted = 0;
  readonly #told: string[] = [];

  private constructor(to: NetConnectOpts, protocol: Protocol) {
    this.#server = createServer((client) => {
      if (!this.#isReachable) {
        client.on('error', () => {});
        client.resetAndDestroy();
        return;
      }
      const link = new Link(client, to, protocol(this), () => this.#links.delete(link));
      this.#links.add(link);
      if (this.#isStalled) link.stall();
    });
  }

  static async open(to: NetConnectOpts, protocol: Protocol): Promise<ServerProxy> {
    const proxy = new ServerProxy(to, protocol);
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return address === null || typeof address === 'string' ? 0 : address.port;
  }

  /** What was asked of the server so far: statements, or commands. */
  get counted(): number {
    return this.#counted;
  }

  /** How many connections there are now. */
  get connections(): number {
    return this.#links.size;
  }

  /** The last of what was asked, in short: for the report of a failure. */
  get told(): readonly string[] {
    return this.#told;
  }

  /** Asked about everything that is counted from now on. */
  decide(decide: Decide): void {
    this.#decide = decide;
  }

  /** Counts one thing that is asked; `what` says in a word or two what it is. */
  count(what: string): Disturbance | undefined {
    this.#counted += 1;
    this.#told.push(`${this.#counted}: ${what}`);
    if (this.#told.length > 12) this.#told.shift();
    return this.#decide(this.#counted, what);
  }

  cutAll(how: Cut): void {
    for (const link of this.#links) link.cut(how);
  }

  /** New connections too. */
  stallAll(): void {
    this.#isStalled = true;
    for (const link of this.#links) link.stall();
  }

  goOn(): void {
    this.#isStalled = false;
    for (const link of this.#links) link.goOn();
  }

  /** False: whoever connects is turned away at once. */
  setReachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutAll('reset');
    await closed;
  }
}

/** Does what there is to do for a message: passes it on, or what stands in its place. */
export function dealWith(
  disturbance: Disturbance | undefined,
  { message, failing, proxy, link }: Dealing,
): void {
  switch (disturbance?.kind) {
    case 'cut':
      if (disturbance.all) proxy.cutAll(disturbance.how);
      else link.cut(disturbance.how);
      break;
    case 'stall':
      link.toServer(message);
      proxy.stallAll();
      break;
    case 'hold':
      link.stall();
      break;
    case 'fail':
      link.toServer(failing);
      break;
    case 'instead':
      disturbance.act();
      link.cut('end');
      break;
    case 'after':
      link.toServer(message, disturbance.act);
      break;
    case 'answered':
      // Whoever translates the answers is told by the message that is awaited.
      link.toServer(message);
      break;
    case undefined:
      link.toServer(message);
      break;
    default:
      throw new Error(`nothing is known of ${String(disturbance satisfies never)}`);
  }
}

export interface Dealing {
  readonly message: Buffer;
  /** What the server refuses in its place. */
  readonly failing: Buffer;
  readonly proxy: ServerProxy;
  readonly link: Link;
}
