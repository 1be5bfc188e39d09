/** The settings of the web service, as they stand in the environment. */
import { isIP } from 'node:net';
import { type Environment, isPlainAddress, isText, number, seconds } from '../environment.ts';
import { DEFAULT_CODES, readCodes } from './codes.ts';
import type { DukcapilSettings } from './settings.ts';

/** Without any one of these nobody can call: either all of them are set, or none. */
const NEEDED = ['DUKCAPIL_URL', 'DUKCAPIL_USER_ID', 'DUKCAPIL_PASSWORD', 'DUKCAPIL_IP_USER'] as const;

const MOST_A_SECOND = 10_000;
const MOST_AT_ONCE = 1_000;
/** Seconds. */
const SHORTEST_CALL = 0.1;
const LONGEST_CALL = 300;
const LONGEST_PATIENCE = 86_400;

/** Undefined where the service is not set; also where something is wrong with it, which is among the faults then. */
export function readDukcapil(environment: Environment): DukcapilSettings | undefined {
  const account = readAccount(environment);
  const limits = {
    callsASecond: number(environment, 'DUKCAPIL_CALLS_A_SECOND', { most: MOST_A_SECOND, default: 10 }),
    callsAtOnce: number(environment, 'DUKCAPIL_CALLS_AT_ONCE', { most: MOST_AT_ONCE, default: 10 }),
    timeout: seconds(environment, 'DUKCAPIL_TIMEOUT', {
      least: SHORTEST_CALL,
      most: LONGEST_CALL,
      default: 10,
    }),
    patience: seconds(environment, 'DUKCAPIL_PATIENCE', { least: 0, most: LONGEST_PATIENCE, default: 120 }),
    dayBeginsAt: timeOfDay(environment, 'DUKCAPIL_DAY_BEGINS_AT') ?? '00:00',
    opensAt: timeOfDay(environment, 'DUKCAPIL_OPENS_AT') ?? '06:00',
    codes: codes(environment),
  };
  return account && { ...account, ...limits };
}

type Account = Pick<DukcapilSettings, 'url' | 'userId' | 'password' | 'ipUser'>;

function readAccount(environment: Environment): Account | undefined {
  const isSet = (name: string) => environment.text(name) !== undefined;
  const first = NEEDED.find(isSet);
  if (first === undefined) return undefined;
  for (const name of NEEDED.filter((each) => !isSet(each))) {
    environment.faults.push({ where: name, what: `expected it to be set, since ${first} is` });
  }
  const url = environment.checked(
    'DUKCAPIL_URL',
    'an address that begins with https:// or http://, without a user, a query or a fragment',
    isPlainAddress,
  );
  const word = (name: string) =>
    environment.checked(name, 'text without control characters, and no blank at its ends', isText);
  const [userId, password] = [word('DUKCAPIL_USER_ID'), word('DUKCAPIL_PASSWORD')];
  const ipUser = environment.checked('DUKCAPIL_IP_USER', 'an IP address', (text) => isIP(text) !== 0);
  if (url === undefined || userId === undefined || password === undefined || ipUser === undefined) {
    return undefined;
  }
  return { url, userId, password, ipUser };
}

function timeOfDay(environment: Environment, name: string): string | undefined {
  const isTime = (text: string) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);
  return environment.checked(name, 'a time of day in Jakarta, such as 06:00', isTime);
}

function codes(environment: Environment): DukcapilSettings['codes'] {
  const text = environment.text('DUKCAPIL_CODES');
  if (text === undefined || text.trim() === '') return DEFAULT_CODES;
  const read = readCodes(text);
  for (const { entry, what } of read.faults) {
    environment.faults.push({ where: `DUKCAPIL_CODES, entry ${entry}`, what });
  }
  return read.codes;
}
