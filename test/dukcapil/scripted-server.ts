/** A real server on loopback that answers each call as the test says, and counts what came. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What is done with a call. Nothing in it: it is answered that all is the same. */
export interface Reply {
  readonly status?: number;
  /** What is no text is sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds until then. */
  readonly after?: number;
  /** The connection is cut: without a word, or in the middle of the body. */
  readonly cut?: 'at once' | 'within';
  /** Nothing ever comes. */
  readonly silent?: boolean;
}

export interface Call {
  /** From 1 on. */
  readonly number: number;
  readonly nik: string;
  /** How often this NIK was asked for, with this call. */
  readonly times: number;
  readonly body: Readonly<Record<string, string>>;
}

export const SAME = {
  content: [{ NIK: 'Sesuai', NO_KK: 'Sesuai', NAMA_LGKP: 'Sesuai (100)', TGL_LHR: 'Sesuai' }],
  quotaLimiter: 100,
};

export function coded(code: string): Reply {
  return { body: { content: [{ RESPON: 'x', RESPONSE_CODE: code }] } };
}

export class ScriptedServer {
  readonly calls: Call[] = [];
  /** Milliseconds, of each call. */
  readonly arrivals: number[] = [];
  connections = 0;
  mostAtOnce = 0;
  script: (call: Call) => Reply;
  readonly #server: Server;
  readonly #protocol: string;
  #atOnce = 0;

  constructor(script: (call: Call) => Reply = () => ({}), tls?: ServerOptions) {
    this.script = script;
    const handle = (request: IncomingMessage, response: ServerResponse) =>
      void this.#handle(request, response);
    this.#server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
    this.#protocol = tls === undefined ? 'http' : 'https';
    this.#server.on(tls === undefined ? 'connection' : 'secureConnection', () => {
      this.connections += 1;
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `${this.#protocol}://127.0.0.1:${port}/dukcapil/get_json/AGENCY/CALL_VERIFY_BY_ELEMEN`;
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const end = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await end;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.arrivals.push(performance.now());
    this.#atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#atOnce);
    response.once('close', () => {
      this.#atOnce -= 1;
    });
    const chunks = await request.toArray();
    const body = JSON.parse(Buffer.concat(chunks).toString());
    const times = 1 + this.calls.filter(({ nik }) => nik === body.NIK).length;
    const call = { number: this.calls.length + 1, nik: body.NIK, times, body };
    this.calls.push(call);
    const reply = this.script(call);
    if (reply.after !== undefined) await delay(reply.after);
    if (!response.destroyed) send(reply, response);
  }
}

function send(
  { status = 200, body = SAME, headers = {}, cut, silent }: Reply,
  response: ServerResponse,
): void {
  if (silent) return;
  if (cut === 'at once') return void response.socket?.destroy();
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Length': Buffer.byteLength(text), ...headers });
  if (cut === undefined) response.end(text);
  else response.write(text.slice(0, text.length >> 1), () => response.socket?.destroySoon());
}
