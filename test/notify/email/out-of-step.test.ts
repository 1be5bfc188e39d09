/** Servers whose answers are not to what was asked: what they say of a message is not believed. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { afterTest } from '../../support/ends.ts';
import { NEVER, noticeOf, openGateway } from './station.ts';

/** @param answers Command → what is answered to it, the first time; `250 ok` to all others. */
async function serve(answers: Readonly<Record<string, string>>) {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const left = new Map(Object.entries(answers));
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.write('220 mail.example\r\n');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
        heard.push(line);
        const [command = ''] = line.split(/[ :]/);
        const usual = { DATA: '354 go on', '.': '250 taken' }[command] ?? '250 ok';
        const isCommand = /^(EHLO|MAIL|RCPT|DATA|RSET|QUIT|\.)$/.test(command);
        if (isCommand) socket.write(`${left.get(command) ?? usual}\r\n`);
        left.delete(command);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterTest(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;
  return {
    heard,
    sockets,
    gateway: openGateway({ url: `smtp://127.0.0.1:${port}`, connections: 1, timeout: 500 }),
  };
}

test('an answer too many before the message: it is not handed over', async () => {
  const { heard, gateway } = await serve({ MAIL: '250 ok\r\n250 and once more' });
  const receipt = await gateway.send(noticeOf(), NEVER);
  expect(receipt).toEqual({ state: 'created', reason: 'answers that are out of step' });
  expect(heard).not.toContain('.');
});

test('an answer too many to the message: what it is nobody knows, and the line is not used again', async () => {
  const { heard, sockets, gateway } = await serve({ DATA: '354 go on\r\n354 go on' });
  expect(await gateway.send(noticeOf(), NEVER)).toMatchObject({ state: 'unknown' });
  expect(await gateway.send(noticeOf({ id: '17-2-email' }), NEVER)).toEqual({ state: 'sent' });
  expect(heard.filter((line) => line === '.')).toHaveLength(2);
  expect(sockets.size).toBe(2);
});

test('a server that takes DATA after it refused the recipient gets nothing', async () => {
  const { heard, gateway } = await serve({
    EHLO: '250-mail.example\r\n250 PIPELINING',
    RCPT: '550 5.1.1 nobody',
  });
  expect(await gateway.send(noticeOf(), NEVER)).toEqual({ state: 'failed', reason: '550 5.1.1 nobody' });
  expect(heard.some((line) => line.includes('Selamat'))).toBe(false);
  expect(await gateway.send(noticeOf({ id: '17-2-email' }), NEVER)).toEqual({ state: 'sent' });
});

test('what is no answer at all is none', async () => {
  const { gateway } = await serve({ '.': 'HTTP/1.1 400 Bad Request' });
  expect(await gateway.send(noticeOf(), NEVER)).toMatchObject({ state: 'unknown' });
});
