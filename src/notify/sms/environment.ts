/** The settings of the SMS gateway, as they stand in the environment. */
import { type Environment, isPlainAddress, isText, limit, number, seconds } from '../../environment.ts';
import { readReportsUrl } from '../reports/environment.ts';
import { SMS_PROVIDERS, type SmsProvider, type SmsSettings } from '../settings.ts';

/** Where one of them is set, there is a gateway. */
const SAY_SO = ['SMS_URL', 'SMS_PROVIDER', 'SMS_TOKEN', 'SMS_FROM', 'SMS_ACCOUNT'] as const;

const NEEDED: Readonly<Record<SmsProvider, readonly string[]>> = {
  generic: ['SMS_URL', 'SMS_TOKEN'],
  twilio: ['SMS_TOKEN', 'SMS_ACCOUNT', 'SMS_FROM'],
};

const TWILIO = 'https://api.twilio.com';
const READERS = ['accepted', 'all'] as const;
const MOST_CONNECTIONS = 1_000;
const MOST_A_SECOND = 10_000;
/** Seconds. */
const SHORTEST_CALL = 0.1;
const LONGEST_CALL = 300;

/** Undefined where no gateway is set; also where something is wrong with it, which is among the faults then. */
export function readSms(environment: Environment): SmsSettings | undefined {
  const isOneOf = (words: readonly string[]) => (text: string) => words.includes(text);
  const provider = (environment.checked('SMS_PROVIDER', SMS_PROVIDERS.join(' or '), isOneOf(SMS_PROVIDERS)) ??
    'generic') as SmsProvider;
  const account = readAccount(environment, provider);
  const readers = environment.checked('SMS_TO', READERS.join(' or '), isOneOf(READERS));
  const limits = {
    readers: (readers ?? 'accepted') as SmsSettings['readers'],
    connections: number(environment, 'SMS_CONNECTIONS', { most: MOST_CONNECTIONS, default: 10 }),
    rate: limit(environment, 'SMS_RATE', MOST_A_SECOND),
    timeout: seconds(environment, 'SMS_TIMEOUT', { least: SHORTEST_CALL, most: LONGEST_CALL, default: 30 }),
  };
  return account && { provider, ...account, ...limits, reportsUrl: readReportsUrl(environment) };
}

type Account = Pick<SmsSettings, 'url' | 'token' | 'from' | 'account'>;

function readAccount(environment: Environment, provider: SmsProvider): Account | undefined {
  const isSet = (name: string) => environment.text(name) !== undefined;
  const first = SAY_SO.find(isSet);
  if (first === undefined) return undefined;
  for (const name of NEEDED[provider].filter((each) => !isSet(each))) {
    environment.faults.push({ where: name, what: `expected it to be set, since ${first} is` });
  }
  const word = (name: string) =>
    environment.checked(name, 'text without control characters, and no blank at its ends', isText);
  const url = environment.checked(
    'SMS_URL',
    'an address that begins with https://, or with http:// on this machine, without a user, a query or a fragment',
    isSafeAddress,
  );
  const account = environment.checked('SMS_ACCOUNT', "an account's SID, AC and 32 hex digits", (text) =>
    /^AC[0-9a-f]{32}$/i.test(text),
  );
  const [token, from] = [word('SMS_TOKEN'), word('SMS_FROM')];
  const at = url ?? (provider === 'twilio' && !isSet('SMS_URL') ? TWILIO : undefined);
  const isWhole = provider === 'generic' || (account !== undefined && from !== undefined);
  if (at === undefined || token === undefined || !isWhole) return undefined;
  return { url: at.replace(/\/+$/, ''), token, from, account };
}

/** The token goes there: in clear to this machine alone. */
function isSafeAddress(text: string): boolean {
  if (!isPlainAddress(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
