/** Reports as an operator has them: a file, and a listener that runs until it is stopped. */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { newestEntries } from '../../support/audit.ts';
import { runHere } from '../../support/commands.ts';
import { fileOf, type Installation, installation } from '../../support/installation.ts';
import { startProgram } from '../../support/program.ts';
import { keep, kept } from './notices.ts';

const SECRET = 'a secret that is made up';

let at: Installation;

beforeAll(async () => {
  at = await installation();
  await keep(at.database, {
    '17-REG-1-sms': { state: 'sent' },
    '17-REG-2-sms': { state: 'unknown' },
    '17-REG-3-email': { state: 'sending' },
  });
});

test('a file is taken, counted, and written down', async () => {
  const rows = [
    'id,status,reason',
    '17-REG-1-sms,failed,no room',
    '17-REG-3-email,sent,',
    '17-REG-9-sms,sent,',
  ];
  const path = await fileOf(at, 'reports.csv', `${rows.join('\n')}\n`);
  const counts = { reports: 3, failed: 1, early: 1, unknown: 1, delivered: 0, sent: 0, kept: 0 };
  const { code, stdout, stderr } = await runHere(at, ['notices', 'report', path, '--json']);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ file: 'reports.csv', ...counts });
  expect(stderr).toContain('give the file again later');
  expect(await kept(at.database)).toMatchObject({ '17-REG-1-sms': 'failed: FAILED no room' });
  const [newest] = await newestEntries(at.database, 1);
  expect(newest).toMatchObject({ action: 'notices.report', outcome: 'done' });
  expect(JSON.parse(newest?.subject ?? '')).toMatchObject(counts);
});

test('a file with a fault changes nothing, and the line is told', async () => {
  const before = await kept(at.database);
  const path = await fileOf(at, 'faulty.csv', 'id,status\n17-REG-1-sms,delivered\n17-REG-1-sms,lost\n');
  const { code, stderr } = await runHere(at, ['notices', 'report', path]);
  expect({ code, stderr }).toEqual({ code: 3, stderr: expect.stringContaining('line 3: expected a status') });
  expect(await kept(at.database)).toEqual(before);
});

test('a listener takes what is posted until it is stopped', async () => {
  const settings = { NOTICE_REPORTS_SECRET: SECRET };
  const program = startProgram(at, ['notices', 'listen', '--port', '0', '--json'], settings);
  const ended = program.ended();
  let early: unknown;
  void ended.then((end) => {
    early = end;
  });
  while (!program.stdout().includes('}')) {
    if (early !== undefined) throw new Error(program.stderr());
    await delay(20);
  }
  const { port } = JSON.parse(program.stdout());
  const body = '{"id":"17-REG-2-sms","status":"delivered"}';
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
  const headers = { 'x-timestamp': timestamp, 'x-signature': `sha256=${signature}` };
  const response = await fetch(`http://127.0.0.1:${port}/reports/generic`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  expect(await kept(at.database)).toMatchObject({ '17-REG-2-sms': 'delivered' });
  program.kill('SIGTERM');
  expect((await ended).code).toBe(143);
  expect(program.stderr()).not.toMatch(/REG-2|made up/);
  const [newest] = await newestEntries(at.database, 1);
  expect(newest).toMatchObject({ action: 'notices.listen', outcome: 'done' });
  expect(JSON.parse(newest?.subject ?? '')).toMatchObject({ port, delivered: 1, failed: 0 });
});
