/** The proxy before Redis. Counted is every command, those of the connection's beginning too. */
import { type Commands, commandsIn } from './commands.ts';
import type { Link, Translator } from './link.ts';
import { dealWith, ServerProxy } from './proxy.ts';

/** With what Redis refuses a command: by itself in its place, since only the server keeps answers in their order. */
export type RedisError = 'ERR' | 'LOADING' | 'OOM' | 'READONLY';

const SAID: Readonly<Record<RedisError, string>> = {
  ERR: 'ERR failed by the harness',
  LOADING: 'LOADING Redis is loading the dataset in memory',
  OOM: "OOM command not allowed when used memory > 'maxmemory'.",
  READONLY: "READONLY You can't write against a read only replica.",
};

export function openRedisProxy(port: number, error: RedisError = 'ERR'): Promise<ServerProxy> {
  return ServerProxy.open({ host: '127.0.0.1', port }, (proxy) => new RedisTranslator(proxy, error));
}

class RedisTranslator implements Translator {
  readonly #proxy: ServerProxy;
  readonly #failing: Buffer;
  readonly #commands: Commands = commandsIn();
  #awaited: (() => void) | undefined;

  constructor(proxy: ServerProxy, error: RedisError) {
    this.#proxy = proxy;
    this.#failing = commandOf('EVAL', `return redis.error_reply(${JSON.stringify(SAID[error])})`, '0');
  }

  messagesIn(bytes: Buffer): Iterable<Buffer> {
    return this.#commands.take(bytes);
  }

  onMessage(message: Buffer, link: Link): void {
    const disturbance = this.#proxy.count(nameOf(message));
    if (disturbance?.kind === 'answered') this.#awaited = disturbance.act;
    dealWith(disturbance, { message, failing: this.#failing, proxy: this.#proxy, link });
  }

  onAnswer(bytes: Buffer, link: Link): void {
    const act = this.#awaited;
    if (act === undefined) {
      link.toClient(bytes);
    } else {
      act();
      link.cut('end');
    }
  }
}

/** A command's first word, and of a script the beginning of its digest. */
function nameOf(message: Buffer): string {
  const [, , name = '', , first = ''] = message.toString('latin1', 0, 120).split('\r\n');
  return `${name} ${first.slice(0, 12)}`.trim();
}

function commandOf(...words: readonly string[]): Buffer {
  const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}
