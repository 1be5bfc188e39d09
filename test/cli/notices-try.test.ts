/** The texts of a wave, sent to an address that is named, through a real server. */
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { newestEntries } from '../support/audit.ts';
import { runHere } from '../support/commands.ts';
import { type Installation, installation } from '../support/installation.ts';
import { SmsGateway, TOKEN } from '../support/sms-gateway.ts';
import { type Behaviour, type ScriptedSmtp, startSmtp } from '../support/smtp.ts';
import { documentOf } from './document.ts';

const POLICY = join(projectRoot(), 'fixtures', 'small-wave', 'in', 'policy.yaml');

interface TriedDocument {
  readonly channel: string;
  readonly texts: readonly {
    readonly outcome: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
}

let at: Installation;

beforeAll(async () => {
  at = await installation();
  expect(await runHere(at, `wave open 17 --policy ${POLICY}`, { DRAND_URL: 'none' })).toMatchObject({
    code: 0,
  });
});

async function smtp(
  behaviour?: Behaviour,
): Promise<readonly [ScriptedSmtp, Readonly<Record<string, string>>]> {
  const server = await startSmtp(behaviour, { keepsTexts: true });
  onTestFinished(() => server.stop());
  return [server, { SMTP_URL: server.url, MAIL_FROM: 'Kartu Prakerja <kabar@example.org>' }];
}

describe('notices try', () => {
  test('sends a letter of each outcome, marked, in plain text and HTML, and keeps nothing of it', async () => {
    const [server, settings] = await smtp();
    const ended = await runHere(at, 'notices try 17 --to siti@example.org --json', settings);
    expect(ended.code, ended.stderr).toBe(0);
    const { channel, texts } = documentOf<TriedDocument>(ended);
    expect(channel).toBe('email');
    expect(texts.map(({ state }) => state)).toEqual(Array(8).fill('sent'));
    expect(ended.stdout).not.toContain('siti@');
    const letters = await Promise.all(server.texts.map((text) => simpleParser(text)));
    expect(letters).toHaveLength(8);
    for (const { subject, text, html, to } of letters) {
      expect(subject).toMatch(/^\[UJI\] .+gelombang 17$/);
      expect(text).toMatch(/^Yth\. Siti Contoh,\n/);
      expect(html).toContain('<html lang="id">');
      expect(to).toMatchObject({ text: 'siti@example.org' });
    }
    for (const id of server.received.keys()) expect(id).toMatch(/^try-[0-9a-f-]{36}-[1-8]@/);
    const [{ count = -1 } = {}] = await at.database.sql<
      { count: number }[]
    >`select count(*)::int from notice`;
    expect(count).toBe(0);
  });

  test('sends messages to a telephone number, one outcome alone where that is asked for', async () => {
    const gateway = await new SmsGateway().start();
    const settings = { SMS_URL: gateway.url, SMS_TOKEN: TOKEN };
    const ended = await runHere(at, 'notices try 17 --to 081200000000 --outcome ACCEPTED', settings);
    expect(ended.code, ended.stderr).toBe(0);
    expect(ended.stdout).toMatch(/^ACCEPTED: sent\n\n1 text sent, of 1\.\n$/);
    expect(gateway.requests.map(({ body }) => JSON.parse(body))).toMatchObject([
      { to: '+6281200000000', text: expect.stringMatching(/^\[UJI\] Selamat!/) },
    ]);
  });

  test('says what did not go out, and why, without the address', async () => {
    const [, settings] = await smtp(({ moment }) =>
      moment === 'recipient' ? { reply: '550 5.1.1 Nobody here' } : undefined,
    );
    const ended = await runHere(at, 'notices try 17 --to siti@example.org --outcome RESERVE', settings);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^RESERVE: failed, 550 5\.1\.1/);
    expect(ended.stderr).toContain('1 text of 1 did not go out');
    expect(`${ended.stdout}${ended.stderr}`).not.toContain('siti@');
  });

  test('without a gateway is refused, on record, with the address masked', async () => {
    const ended = await runHere(at, 'notices try 17 --to siti.rahma@example.org');
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringContaining('no gateway is set for email') });
    const entries = await newestEntries(at.database, 2);
    expect(entries).toMatchObject([
      { action: 'notices.try', subject: expect.stringContaining('"to":"s***@example.org"') },
      { action: 'notices.try', subject: expect.stringContaining('"wave":17') },
    ]);
    expect(JSON.stringify(entries)).not.toContain('siti.rahma');
  });

  test.each(['nobody', 'a@b@c.id', 'a@example.org,b@example.org', '+62', 'a@example'])(
    'takes %s for no address',
    async (to) => {
      expect(await runHere(at, ['notices', 'try', '17', '--to', to])).toMatchObject({ code: 2 });
    },
  );

  test('takes a channel that the address is of', async () => {
    const ended = await runHere(at, 'notices try 17 --to +6281200000000 --channel email');
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining('--to is no address for email') });
  });
});
