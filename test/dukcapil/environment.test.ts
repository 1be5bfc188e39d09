/** The settings of the web service: all of them or none, and every fault at once without what was set. */
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { DEFAULT_CODES, stopSentence } from '../../src/dukcapil/codes.ts';
import { GelombangError } from '../../src/errors.ts';

const ACCOUNT = {
  DUKCAPIL_URL: 'https://dukcapil.example/dukcapil/get_json/AGENCY/CALL_VERIFY_BY_ELEMEN',
  DUKCAPIL_USER_ID: 'gelombang',
  DUKCAPIL_PASSWORD: 'correct horse battery',
  DUKCAPIL_IP_USER: '10.20.30.40',
};

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    for (const value of Object.values(environment).filter((text) => text.length > 2)) {
      expect(JSON.stringify([error.message, error.faults, error.next])).not.toContain(value);
    }
    return error.faults.map(({ where, what }) => `${where}: ${what}`);
  }
}

test('none are needed', () => {
  expect(readConfig({}).dukcapil).toBeUndefined();
  expect(readConfig({ DUKCAPIL_TIMEOUT: '3', DUKCAPIL_URL: '' }).dukcapil).toBeUndefined();
});

test('with an account alone everything else is as usual', () => {
  expect(readConfig(ACCOUNT).dukcapil).toEqual({
    ...{ url: ACCOUNT.DUKCAPIL_URL, userId: 'gelombang', password: 'correct horse battery' },
    ...{ ipUser: '10.20.30.40', callsASecond: 10, callsAtOnce: 10, timeout: 10_000, patience: 120_000 },
    ...{ dayBeginsAt: '00:00', opensAt: '06:00', codes: DEFAULT_CODES },
  });
});

test('all of them can be set', () => {
  const settings = {
    ...{ DUKCAPIL_CALLS_A_SECOND: '10000', DUKCAPIL_CALLS_AT_ONCE: '1000', DUKCAPIL_TIMEOUT: '0.25' },
    ...{ DUKCAPIL_PATIENCE: '0', DUKCAPIL_DAY_BEGINS_AT: '07:00', DUKCAPIL_OPENS_AT: '23:59' },
    DUKCAPIL_CODES: ' 12=found  08=retry\t42=stop ',
  };
  const read = readConfig({ ...ACCOUNT, ...settings, DUKCAPIL_IP_USER: '2001:db8::1' }).dukcapil;
  expect(read).toMatchObject({
    ...{ callsASecond: 10_000, callsAtOnce: 1000, timeout: 250, patience: 0, ipUser: '2001:db8::1' },
    ...{ dayBeginsAt: '07:00', opensAt: '23:59' },
    codes: { ...DEFAULT_CODES, '12': 'found', '08': 'retry', '42': 'stop' },
  });
});

test('of an account nothing may be missing', () => {
  expect(
    faultsOf({ DUKCAPIL_URL: ACCOUNT.DUKCAPIL_URL, DUKCAPIL_IP_USER: ACCOUNT.DUKCAPIL_IP_USER }),
  ).toEqual([
    'DUKCAPIL_USER_ID: expected it to be set, since DUKCAPIL_URL is',
    'DUKCAPIL_PASSWORD: expected it to be set, since DUKCAPIL_URL is',
  ]);
});

describe('what cannot be used is a fault', () => {
  test.each([
    ['DUKCAPIL_URL', 'dukcapil.example'],
    ['DUKCAPIL_URL', 'ftp://dukcapil.example/'],
    ['DUKCAPIL_URL', 'https://user:secret@dukcapil.example/'],
    ['DUKCAPIL_URL', 'https://user@dukcapil.example/'],
    ['DUKCAPIL_URL', 'https://dukcapil.example/?PASSWORD=secret'],
    ['DUKCAPIL_URL', 'https://dukcapil.example/call?'],
    ['DUKCAPIL_URL', 'https://dukcapil.example/#call'],
    ['DUKCAPIL_USER_ID', 'one\ntwo'],
    ['DUKCAPIL_PASSWORD', 'with a line end\n'],
    ['DUKCAPIL_IP_USER', 'localhost'],
    ['DUKCAPIL_IP_USER', '10.20.30.400'],
    ['DUKCAPIL_CALLS_A_SECOND', '0'],
    ['DUKCAPIL_CALLS_A_SECOND', '10001'],
    ['DUKCAPIL_CALLS_A_SECOND', '2.5'],
    ['DUKCAPIL_CALLS_AT_ONCE', '1001'],
    ['DUKCAPIL_CALLS_AT_ONCE', '-1'],
    ['DUKCAPIL_TIMEOUT', '0'],
    ['DUKCAPIL_TIMEOUT', '301'],
    ['DUKCAPIL_PATIENCE', '86401'],
    ['DUKCAPIL_PATIENCE', '1e3'],
    ['DUKCAPIL_DAY_BEGINS_AT', '24:00'],
    ['DUKCAPIL_OPENS_AT', '7:15'],
  ])('%s=%j', (name, value) => {
    const faults = faultsOf({ ...ACCOUNT, [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}: expected `));
  });

  test('all at once, with those of other settings, also where there is no account', () => {
    const faults = faultsOf({ DUKCAPIL_TIMEOUT: 'long', DUKCAPIL_CODES: 'ab', LOG_LEVEL: 'loud' });
    expect(faults.map((fault) => fault.split(':')[0]).toSorted()).toEqual([
      ...['DUKCAPIL_CODES, entry 1', 'DUKCAPIL_TIMEOUT', 'LOG_LEVEL'],
    ]);
  });
});

describe('a code', () => {
  test.each([
    ['3=found', 'two digits, an equals sign and a meaning, such as 12=found'],
    ['12:found', 'two digits, an equals sign and a meaning, such as 12=found'],
    ['12=matched', 'one of found, not_found, inactive, deceased, duplicate, retry, stop for code 12'],
    ['12=day', 'one of found, not_found, inactive, deceased, duplicate, retry, stop for code 12'],
    ['13=found', 'one of not_found, inactive, deceased, duplicate, retry, stop for code 13'],
    // Nobody is turned away because a login failed or a quota is spent.
    ['03=not_found', 'one of retry, stop, day, hours for code 03'],
    ['05=found', 'one of retry, stop, day, hours for code 05'],
    ['01=not_found', 'one of found for code 01'],
    [
      '42=maybe',
      'one of found, not_found, inactive, deceased, duplicate, retry, stop, day, hours for code 42',
    ],
  ])('is refused as %s', (entry, expected) => {
    expect(faultsOf({ DUKCAPIL_CODES: `14=retry ${entry}` })).toEqual([
      `DUKCAPIL_CODES, entry 2: expected ${expected}`,
    ]);
  });

  test('has one meaning', () => {
    expect(faultsOf({ DUKCAPIL_CODES: '12=found 12=retry' })).toEqual([
      'DUKCAPIL_CODES, entry 2: expected a code that no entry before it has',
    ]);
  });

  test('that stops tells the operator which setting to look at', () => {
    const stopping = Object.keys(DEFAULT_CODES).filter((code) => DEFAULT_CODES[code] === 'stop');
    expect(stopping.toSorted()).toEqual(['03', '04', '07', '09', '10', '16', '17']);
    for (const code of stopping) {
      expect(stopSentence(code)).toMatch(new RegExp(`^Dukcapil .*\\(code ${code}\\).*DUKCAPIL_`));
    }
    expect(stopSentence('42')).toBe('Dukcapil answers with code 42, for which DUKCAPIL_CODES says stop');
  });
});
