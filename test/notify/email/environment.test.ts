/** The settings of e-mail: what is needed, what is usual, and every fault at once without what was set. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import type { Environment } from '../../../src/environment.ts';
import { readEmail } from '../../../src/notify/email/environment.ts';
import type { EmailSettings } from '../../../src/notify/settings.ts';
import { selfSigned } from '../../dukcapil/self-signed.ts';

const SERVER = {
  SMTP_URL: 'smtp://prakerja:s3cret%2F@mail.example:2525',
  MAIL_FROM: 'info@prakerja.example',
};

let keyFile = '';
let openKeyFile = '';
let otherKeyFile = '';
let caFile = '';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const { cert, key } = selfSigned();

beforeAll(() => {
  const write = (name: string, text: string) => {
    const path = join(inject('folder'), name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  [keyFile, openKeyFile, otherKeyFile] = [
    write('dkim.pem', pem),
    write('open.pem', pem),
    write('ec.pem', key),
  ];
  chmodSync(openKeyFile, 0o644);
  caFile = write('ca.pem', cert);
});

type Variables = Readonly<Record<string, string>>;

function read(variables: Variables): { settings: EmailSettings | undefined; faults: readonly string[] } {
  const text = (name: string) => (variables[name]?.trim() ? variables[name] : undefined);
  const environment: Environment = {
    faults: [],
    text,
    checked: (name, expected, isUsable) => {
      const found = text(name);
      if (found === undefined || isUsable(found)) return found;
      environment.faults.push({ where: name, what: `expected ${expected}` });
      return undefined;
    },
  };
  const settings = readEmail(environment);
  const faults = environment.faults.map(({ where, what }) => `${where}: ${what}`);
  for (const value of Object.values(variables).filter((each) => each.length > 3)) {
    expect(faults.join('\n')).not.toContain(value);
  }
  return { settings, faults };
}

test('none are needed', () => {
  expect(read({})).toEqual({ settings: undefined, faults: [] });
  expect(read({ SMTP_CONNECTIONS: '2', SMTP_URL: '' })).toEqual({ settings: undefined, faults: [] });
});

test('with a server and a sender alone everything else is as usual', () => {
  expect(read(SERVER)).toEqual({
    settings: {
      ...{ url: SERVER.SMTP_URL, from: SERVER.MAIL_FROM, replyTo: undefined, unsubscribe: undefined },
      ...{ dkim: undefined, ca: undefined, connections: 4, rate: undefined, timeout: 30_000 },
    },
    faults: [],
  });
});

test('all of them can be set', () => {
  const { settings, faults } = read({
    ...{ SMTP_URL: 'smtps://mail.example', MAIL_FROM: 'Kartu Prakerja <info@prakerja.example>' },
    ...{
      MAIL_REPLY_TO: '"Tanya, jawab" <tanya@prakerja.example>',
      MAIL_UNSUBSCRIBE: 'https://prakerja.example/b?x=1',
    },
    ...{
      DKIM_DOMAIN: 'prakerja.example',
      DKIM_SELECTOR: 's2026',
      DKIM_KEY_FILE: keyFile,
      SMTP_CA_FILE: caFile,
    },
    ...{ SMTP_CONNECTIONS: '100', SMTP_RATE: '25', SMTP_TIMEOUT: '2.5' },
  });
  expect(faults).toEqual([]);
  expect(settings).toEqual({
    ...{ url: 'smtps://mail.example', from: 'Kartu Prakerja <info@prakerja.example>' },
    ...{ replyTo: '"Tanya, jawab" <tanya@prakerja.example>', unsubscribe: 'https://prakerja.example/b?x=1' },
    dkim: { domain: 'prakerja.example', selector: 's2026', privateKey: pem },
    ...{ ca: cert, connections: 100, rate: 25, timeout: 2500 },
  });
});

test('what belongs together is set together', () => {
  expect(read({ SMTP_URL: SERVER.SMTP_URL, DKIM_SELECTOR: 's2026' }).faults).toEqual([
    'MAIL_FROM: expected it to be set, since SMTP_URL is',
    'DKIM_DOMAIN: expected it to be set, since DKIM_SELECTOR is',
    'DKIM_KEY_FILE: expected it to be set, since DKIM_SELECTOR is',
  ]);
});

describe('what cannot be used is a fault', () => {
  test.each([
    ['SMTP_URL', 'mail.example:25'],
    ['SMTP_URL', 'http://mail.example'],
    ['SMTP_URL', 'smtp://mail.example/?pool=true'],
    ['SMTP_URL', 'smtp://mail.example/inbox'],
    ['SMTP_URL', 'smtp://mail.example#here'],
    ['SMTP_URL', 'smtp://user@mail.example'],
    ['SMTP_URL', 'smtp://:secret@mail.example'],
    ['SMTP_URL', 'smtp://user:100%sure@mail.example'],
    ['SMTP_URL', 'smtp://mail.example\n'],
    ['MAIL_FROM', 'Kartu Prakerja'],
    ['MAIL_FROM', 'a@prakerja.example, b@prakerja.example'],
    ['MAIL_FROM', 'Kartu <info@prakerja.example> x'],
    ['MAIL_FROM', 'Kartu\nBcc: x <info@prakerja.example>'],
    ['MAIL_REPLY_TO', 'nobody@'],
    ['MAIL_UNSUBSCRIBE', 'http://prakerja.example/berhenti'],
    ['MAIL_UNSUBSCRIBE', 'mailto:nobody'],
    ['MAIL_UNSUBSCRIBE', 'https://prakerja.example/>x<'],
    ['MAIL_UNSUBSCRIBE', 'https://user:secret@prakerja.example/'],
    ['SMTP_CONNECTIONS', '0'],
    ['SMTP_CONNECTIONS', '101'],
    ['SMTP_RATE', '0.5'],
    ['SMTP_TIMEOUT', '601'],
    ['SMTP_CA_FILE', '/no/such/file'],
  ])('%s=%j', (name, value) => {
    const { faults } = read({ ...SERVER, [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: expected `));
  });

  test('of files', () => {
    const dkim = { ...SERVER, DKIM_DOMAIN: 'prakerja.example', DKIM_SELECTOR: 's' };
    const rsa =
      'DKIM_KEY_FILE: expected a file that holds a private RSA key as PEM, of 1024 bits or more, without a passphrase';
    expect(read({ ...dkim, DKIM_KEY_FILE: otherKeyFile }).faults).toEqual([rsa]);
    expect(read({ ...dkim, DKIM_KEY_FILE: openKeyFile }).faults).toEqual([
      'DKIM_KEY_FILE: expected a file that nobody else may read (chmod 600)',
    ]);
    expect(read({ ...dkim, DKIM_KEY_FILE: inject('folder') }).faults).toEqual([
      'DKIM_KEY_FILE: expected a file of a sensible size',
    ]);
    expect(read({ ...SERVER, SMTP_CA_FILE: keyFile }).faults).toEqual([
      'SMTP_CA_FILE: expected a file that holds certificates as PEM',
    ]);
  });
});
