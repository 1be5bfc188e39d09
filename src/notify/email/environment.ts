/** The settings of e-mail, as they stand in the environment. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { type Environment, isText, limit, number, seconds } from '../../environment.ts';
import { readSettingFile } from '../../files/setting-file.ts';
import type { Dkim, EmailSettings } from '../settings.ts';
import { addressOf, mailboxOf } from './address.ts';

/** Without one of these nothing can be sent: either both are set, or none. */
const NEEDED = ['SMTP_URL', 'MAIL_FROM'] as const;
const DKIM = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_KEY_FILE'] as const;

const MOST_CONNECTIONS = 100;
const MOST_A_SECOND = 10_000;
/** Seconds. */
const SHORTEST_ANSWER = 1;
const LONGEST_ANSWER = 600;
/** Bits of an RSA key: receivers take no less. */
const SHORTEST_KEY = 1024;

const MAILBOX = 'an address, or a name with one, such as Kartu <halo@kartu.example>';
const SERVER =
  'an address that begins with smtp:// or smtps://, with a user and a password or neither, and nothing after the port; special characters of the password encoded, as %2F for / and %25 for %';

/** Undefined where e-mail is not set; also where something is wrong with it, which is among the faults then. */
export function readEmail(environment: Environment): EmailSettings | undefined {
  refuseParts(environment, NEEDED);
  const mailbox = (name: string) =>
    environment.checked(name, MAILBOX, (text) => isText(text) && mailboxOf(text) !== undefined);
  const url = environment.checked('SMTP_URL', SERVER, isServer);
  const from = mailbox('MAIL_FROM');
  const others = {
    replyTo: mailbox('MAIL_REPLY_TO'),
    unsubscribe: environment.checked(
      'MAIL_UNSUBSCRIBE',
      'an address that begins with mailto: or https://',
      isWayOut,
    ),
    dkim: readDkim(environment),
    ca: fileOf(environment, 'SMTP_CA_FILE', 'certificates', 'certificates as PEM', isCertificate),
    connections: number(environment, 'SMTP_CONNECTIONS', { most: MOST_CONNECTIONS, default: 4 }),
    rate: limit(environment, 'SMTP_RATE', MOST_A_SECOND),
    timeout: seconds(environment, 'SMTP_TIMEOUT', {
      least: SHORTEST_ANSWER,
      most: LONGEST_ANSWER,
      default: 30,
    }),
  };
  return url === undefined || from === undefined ? undefined : { url, from, ...others };
}

/** All of these or none. */
function refuseParts(environment: Environment, names: readonly string[]): void {
  const isSet = (name: string) => environment.text(name) !== undefined;
  const first = names.find(isSet);
  if (first === undefined) return;
  for (const name of names.filter((each) => !isSet(each))) {
    environment.faults.push({ where: name, what: `expected it to be set, since ${first} is` });
  }
}

function isServer(text: string): boolean {
  if (!URL.canParse(text) || /[\s\p{Cc}?#]/u.test(text) || /%(?![0-9a-f]{2})/i.test(text)) return false;
  const { protocol, hostname, pathname, username, password } = new URL(text);
  if (!/^smtps?:$/.test(protocol) || hostname === '' || !/^\/?$/.test(pathname)) return false;
  return (username === '') === (password === '');
}

function isWayOut(text: string): boolean {
  if (!/^[!-;=?-~]{1,300}$/.test(text) || !URL.canParse(text)) return false;
  const { protocol, pathname, username, password } = new URL(text);
  if (protocol === 'mailto:') return addressOf(pathname) !== undefined;
  return protocol === 'https:' && username === '' && password === '';
}

function readDkim(environment: Environment): Dkim | undefined {
  refuseParts(environment, DKIM);
  const isDomain = (text: string) =>
    /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(text) && addressOf(`a@${text}`) !== undefined;
  const domain = environment.checked('DKIM_DOMAIN', 'a domain', isDomain);
  const isSelector = (text: string) => /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i.test(text);
  const selector = environment.checked('DKIM_SELECTOR', 'letters, digits and dashes', isSelector);
  const expected = `a private RSA key as PEM, of ${SHORTEST_KEY} bits or more, without a passphrase`;
  const privateKey = fileOf(environment, 'DKIM_KEY_FILE', 'key', expected, isSigningKey);
  if (domain === undefined || selector === undefined || privateKey === undefined) return undefined;
  return { domain, selector, privateKey };
}

/** What the file holds that the setting names. */
function fileOf(
  environment: Environment,
  name: string,
  kind: 'key' | 'certificates',
  expected: string,
  isUsable: (text: string) => boolean,
): string | undefined {
  const path = environment.checked(name, 'the path of a file', (text) => !/\p{Cc}/u.test(text));
  if (path === undefined) return undefined;
  const file = readSettingFile(path, kind);
  if ('text' in file && isUsable(file.text)) return file.text;
  const what = 'text' in file ? `a file that holds ${expected}` : file.expected;
  environment.faults.push({ where: name, what: `expected ${what}` });
  return undefined;
}

function isSigningKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem);
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_KEY;
  } catch {
    return false;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
