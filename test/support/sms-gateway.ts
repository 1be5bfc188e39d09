/** A gateway for short messages on loopback, that keeps idempotency keys and does with each request what the test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SmsSettings } from '../../src/notify/settings.ts';
import { afterTest } from './ends.ts';

export const TOKEN = 'not a secret of anyone';

/** What is done with a request. Nothing in it: the message is taken, and that is said. */
export interface Deed {
  readonly status?: number;
  /** What is no text is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until it is answered; it is taken at once. */
  readonly after?: number;
  /** The connection is cut: before the message is taken, once it is, or within the answer. */
  readonly cut?: 'before' | 'after' | 'within';
  /** It is taken, and nothing is ever said. */
  readonly silent?: boolean;
}

export interface Request {
  /** From 1 on. */
  readonly number: number;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export class SmsGateway {
  /** All that came, in this order, questions too. */
  readonly requests: Request[] = [];
  /** Key → text, of what was taken. */
  readonly taken = new Map<string, string>();
  script: (request: Request) => Deed = () => ({});
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/sms`;
  }

  /** Requests that were to send something. */
  get sends(): number {
    return this.requests.filter(({ path }) => !path.endsWith('/status')).length;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    afterTest(() => this.stop());
    return this;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const end = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await end;
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await incoming.toArray()).toString();
    const { url: path = '', method = '', headers } = incoming;
    const request = { number: this.requests.length + 1, path, method, headers, body };
    this.requests.push(request);
    const deed = this.script(request);
    if (deed.cut === 'before') return void response.socket?.destroy();
    const usual = path.endsWith('/status') ? this.#account(body) : this.#take(request, deed);
    if (deed.cut === 'after') return void response.socket?.destroy();
    if (deed.silent) return;
    if (deed.after !== undefined) await delay(deed.after);
    if (!response.destroyed) send({ ...usual, ...deed }, response);
  }

  #take({ headers, body }: Request, { status = 200 }: Deed): Deed {
    if (headers.authorization !== `Bearer ${TOKEN}` && !headers.authorization?.startsWith('Basic '))
      return { status: 401, body: { error: 'WRONG_TOKEN' } };
    const key = String(headers['idempotency-key'] ?? body);
    if (status < 300) this.taken.set(key, body);
    return {
      status: 202,
      body: { reference: `ref-${this.taken.size}`, sid: `SM${this.taken.size}`, status: 'accepted' },
    };
  }

  #account(body: string): Deed {
    const { id } = JSON.parse(body);
    return this.taken.has(id)
      ? { body: { id, status: 'sent', reference: 'ref-1' } }
      : { status: 404, body: { id } };
  }
}

function send({ status = 200, body = {}, headers = {}, cut }: Deed, response: ServerResponse): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'content-length': Buffer.byteLength(text), ...headers });
  if (cut === undefined) response.end(text);
  else response.write(text.slice(0, text.length >> 1), () => response.socket?.destroySoon());
}

/** As quick as a test may be. */
export function smsSettings(url: string, changes: Partial<SmsSettings> = {}): SmsSettings {
  return {
    ...{ provider: 'generic', url, token: TOKEN, from: 'PRAKERJA', account: undefined, readers: 'accepted' },
    ...{ connections: 4, rate: undefined, timeout: 2_000 },
    ...changes,
  };
}
