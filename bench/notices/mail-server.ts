/** A mail server as a process of its own: takes every letter, and says at the end which, and how often. Its port is the first thing it says. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** Of the head of a letter that is looked through for its Message-ID. */
const HEAD_BYTES = 4096;

/** What is said when it is asked: letters that were taken, different ones, and the ids of all of them. */
export interface Taken {
  readonly letters: number;
  readonly ids: readonly string[];
}

const times = new Map<string, number>();
let letters = 0;

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData: (stream, _session, callback) => {
    let head = '';
    stream.on('data', (chunk: Buffer) => {
      if (head.length < HEAD_BYTES) head += chunk.toString('latin1');
    });
    stream.on('end', () => {
      const [, id = ''] = /^Message-ID: <([^@>]*)/im.exec(head) ?? [];
      letters += 1;
      times.set(id, (times.get(id) ?? 0) + 1);
      callback();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.server.address() as AddressInfo).port }));

process.on('message', () => {
  process.send?.({ letters, ids: [...times.keys()] } satisfies Taken);
  letters = 0;
  times.clear();
});
process.on('disconnect', () => process.exit());
