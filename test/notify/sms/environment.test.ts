/** The settings of the SMS gateway: what is missing or wrong is told, and never what was set. */
import { expect, test } from 'vitest';
import type { Fault } from '../../../src/errors.ts';
import { readSms } from '../../../src/notify/sms/environment.ts';

const GENERIC = { SMS_URL: 'https://sms.example/v1/', SMS_TOKEN: 'correct horse battery' };
const ACCOUNT = `AC${'0123456789abcdef'.repeat(2)}`;
const TWILIO = {
  SMS_PROVIDER: 'twilio',
  SMS_TOKEN: 'correct horse',
  SMS_ACCOUNT: ACCOUNT,
  SMS_FROM: '+15005550006',
};

function read(set: Readonly<Record<string, string>>) {
  const faults: Fault[] = [];
  const text = (name: string) => (set[name]?.trim() ? set[name] : undefined);
  const settings = readSms({
    faults,
    text,
    checked: (name, expected, isUsable) => {
      const given = text(name);
      if (given === undefined || isUsable(given)) return given;
      faults.push({ where: name, what: `expected ${expected}` });
      return undefined;
    },
  });
  for (const value of Object.values(set).filter((each) => each.length > 6)) {
    expect(JSON.stringify(faults)).not.toContain(value);
  }
  return { settings, faults: faults.map(({ where }) => where) };
}

test('none are needed', () => {
  expect(read({})).toEqual({ settings: undefined, faults: [] });
  expect(read({ SMS_TIMEOUT: '3' })).toEqual({ settings: undefined, faults: [] });
});

test('with an address and a token everything else is as usual', () => {
  expect(read(GENERIC)).toEqual({
    faults: [],
    settings: {
      ...{ provider: 'generic', url: 'https://sms.example/v1', token: GENERIC.SMS_TOKEN, from: undefined },
      ...{ account: undefined, readers: 'accepted', connections: 10, rate: undefined, timeout: 30_000 },
      reportsUrl: undefined,
    },
  });
});

test('Twilio has an address of its own', () => {
  expect(read({ ...TWILIO, NOTICE_REPORTS_URL: 'https://n.example/' }).settings).toMatchObject({
    ...{ provider: 'twilio', url: 'https://api.twilio.com', account: ACCOUNT, from: TWILIO.SMS_FROM },
    reportsUrl: 'https://n.example',
  });
});

test('all of them can be set', () => {
  const more = {
    SMS_TO: 'all',
    SMS_CONNECTIONS: '50',
    SMS_RATE: '100',
    SMS_TIMEOUT: '2.5',
    SMS_FROM: 'PRAKERJA',
  };
  expect(read({ ...GENERIC, ...more }).settings).toMatchObject({
    ...{ readers: 'all', connections: 50, rate: 100, timeout: 2_500, from: 'PRAKERJA' },
  });
});

test.each([
  [{ SMS_URL: 'https://sms.example/' }, ['SMS_TOKEN']],
  [{ SMS_TOKEN: 'correct horse' }, ['SMS_URL']],
  [{ SMS_PROVIDER: 'twilio' }, ['SMS_TOKEN', 'SMS_ACCOUNT', 'SMS_FROM']],
  [{ ...TWILIO, SMS_FROM: '' }, ['SMS_FROM']],
  [{ ...TWILIO, SMS_URL: 'nowhere at all' }, ['SMS_URL']],
])('of %j something is missing', (set, faults) => {
  expect(read(set)).toEqual({ settings: undefined, faults });
});

test.each([
  ['SMS_URL', 'http://sms.example/v1'],
  ['SMS_URL', 'http://127.0.0.1.example/'],
  ['SMS_URL', 'https://user:secret@sms.example/'],
  ['SMS_URL', 'https://sms.example/?token=secret'],
  ['SMS_PROVIDER', 'pigeons'],
  ['SMS_TOKEN', 'two\nlines here'],
  ['SMS_ACCOUNT', 'AC12345678'],
  ['SMS_TO', 'everybody'],
  ['SMS_CONNECTIONS', '0'],
  ['SMS_RATE', '1.5'],
  ['SMS_TIMEOUT', '301'],
])('%s cannot be %j', (name, value) => {
  expect(read({ ...GENERIC, [name]: value }).faults).toEqual([name]);
});

test.each(['http://127.0.0.1:9000/sms', 'http://localhost/sms', 'http://[::1]:80/sms'])(
  'a token may go in clear to this machine: %s',
  (url) => {
    expect(read({ ...GENERIC, SMS_URL: url }).settings).toMatchObject({ url });
  },
);
