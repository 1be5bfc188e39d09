/** Who may report over the network, as it is set. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { GelombangError } from '../../../src/errors.ts';

test('nothing is needed', () => {
  expect(readConfig({}).noticeReports).toEqual({ secret: undefined, url: undefined, twilioToken: undefined });
});

test('a token is one of Twilio where Twilio is the provider', () => {
  const set = { NOTICE_REPORTS_SECRET: 'sixteen or longer', NOTICE_REPORTS_URL: 'https://n.example/in/' };
  expect(
    readConfig({ ...set, SMS_URL: 'https://g.example/sms', SMS_TOKEN: 'made up' }).noticeReports,
  ).toEqual({
    ...{ secret: 'sixteen or longer', url: 'https://n.example/in', twilioToken: undefined },
  });
  const account = { SMS_ACCOUNT: `AC${'0'.repeat(32)}`, SMS_FROM: '+15005550006' };
  const twilio = { ...set, ...account, SMS_PROVIDER: 'twilio', SMS_TOKEN: 'made up' };
  expect(readConfig(twilio).noticeReports).toMatchObject({ twilioToken: 'made up' });
});

test.each([
  ['NOTICE_REPORTS_SECRET', 'too short'],
  ['NOTICE_REPORTS_SECRET', 'with a line end\nin it'],
  ['NOTICE_REPORTS_URL', 'https://user:secret@n.example/'],
  ['NOTICE_REPORTS_URL', 'n.example'],
])('%s cannot be %j', (name, value) => {
  try {
    readConfig({ [name]: value });
    expect.unreachable();
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    expect(error.faults.map(({ where }) => where)).toEqual([name]);
    expect(JSON.stringify(error)).not.toContain(value);
  }
});
