/** The only reader of settings in the environment: what is set there is checked once, all faults at a time, and typed. */
import { accessSync, constants, statSync } from 'node:fs';
import { availableParallelism, homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { TlsFiles } from './db/tls-files.ts';
import { readDukcapil } from './dukcapil/environment.ts';
import type { DukcapilSettings } from './dukcapil/settings.ts';
import { type Fault, GelombangError } from './errors.ts';
import { type GivenKey, type KeyFile, keyOf } from './keys/master.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';
import { readNotices } from './notify/environment.ts';
import { type ReportSettings, readReports } from './notify/reports/environment.ts';
import type { NoticeSettings } from './notify/settings.ts';

const DEFAULT_HOME = '.gelombang';
const NOTICES = 'notices';
const KEY = 'key';
const AUDIT = 'audit';
const DEMO = 'demo';
/** Of the League of Entropy. */
const BEACONS = ['https://api.drand.sh', 'https://drand.cloudflare.com'];
const NO_BEACON = 'none';
/** Seconds. */
const DEFAULT_PATIENCE = 300;

/** Threads where nothing is said: each takes its memory and three connections, however many processors there are. */
const MOST_THREADS = 8;

/** Where a user has the keys of the databases that are not in a home of the program. Absolute. */
export interface KeyFolder {
  readonly kind: 'folder';
  readonly path: string;
}

/** Where the master key is; and where a setting says so, which one, and what would hold without it. */
export type KeySetting = (GivenKey | KeyFile | KeyFolder) & {
  readonly setBy?: { readonly variable: string; readonly otherwise: KeyFile | KeyFolder };
};

export interface Config {
  /** Where PostgreSQL is; undefined: the embedded one under `home`. */
  readonly databaseUrl: string | undefined;
  /** Where Redis or Valkey is; undefined: the queue lives in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** What a Redis over TLS is held against and shown, where it is not what Node brings along. */
  readonly redisFiles: TlsFiles;
  /** Absolute. What the program keeps on this machine. */
  readonly home: string;
  /** The key of the keys with which what is kept of people is sealed; in a folder, under the id of the installation. */
  readonly masterKey: KeySetting;
  /** Absolute. Where this machine notes how far it has seen the audit log of each installation. */
  readonly auditNotes: string;
  /** How notices leave. */
  readonly notices: NoticeSettings;
  /** How Dukcapil's web service is called; undefined where nothing is set for it. */
  readonly dukcapil: DukcapilSettings | undefined;
  /** Who may report over the network what became of notices. */
  readonly noticeReports: ReportSettings;
  /** Servers of the beacon that gives draws their entropy, asked one after the other; none: it is given by hand. */
  readonly beaconUrls: readonly string[];
  /** Who gives the commands, as it is written down beside what they decide. */
  readonly operator: string;
  /** How many steps a process does side by side, each in a thread. */
  readonly concurrency: number;
  /** Milliseconds that a database or a queue is waited for which is lost in the middle of a run. */
  readonly patience: number;
  /** Undefined: warnings and up for a command, everything from info up for a worker. */
  readonly logLevel: LogLevel | undefined;
}

/** Settings as they are read: by hand, since a library for it was a tenth of a second of every command's start. */
class Settings {
  readonly faults: Fault[] = [];
  readonly #environment: NodeJS.ProcessEnv;

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  /** Undefined where it is not set, or blank. */
  text(name: string): string | undefined {
    const text = this.#environment[name];
    return text === undefined || text.trim() === '' ? undefined : text;
  }

  /** The same where it holds what cannot be used, which is a fault then. */
  checked(name: string, expected: string, isUsable: (text: string) => boolean): string | undefined {
    const text = this.text(name);
    if (text === undefined || isUsable(text)) return text;
    this.faults.push({ where: name, what: `expected ${expected}` });
    return undefined;
  }

  address(name: string, expected: string, ...protocols: readonly string[]): string | undefined {
    const isUsable = (text: string) => isAddress(text) && protocols.includes(new URL(text).protocol);
    const special = 'with special characters of its password encoded, as %2F for / and %25 for %';
    return this.checked(name, `an address that begins with ${expected}, ${special}`, isUsable);
  }

  /** Absolute. */
  folder(name: string): string | undefined {
    const text = this.checked(name, 'the path of a folder', isPath);
    return text === undefined ? undefined : resolve(text);
  }
}

/** @throws GelombangError INPUT_REFUSED naming every setting that is wrong, without its value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const settings = new Settings(environment);
  const home = settings.folder('GELOMBANG_HOME') ?? resolve(DEFAULT_HOME);
  const threads = settings.checked('GELOMBANG_CONCURRENCY', 'a whole number from 1 to 64', (text) =>
    /^([1-9]|[1-5][0-9]|6[0-4])$/.test(text),
  );
  const patience = settings.checked(
    'GELOMBANG_PATIENCE',
    'seconds, a whole number from 0 to 86400',
    (text) => /^[0-9]{1,5}$/.test(text) && Number(text) <= 86_400,
  );
  const config = {
    databaseUrl: settings.address('DATABASE_URL', 'postgres://', 'postgres:', 'postgresql:'),
    redisUrl: settings.address('REDIS_URL', 'redis:// or rediss://', 'redis:', 'rediss:'),
    redisFiles: redisFiles(settings),
    home,
    masterKey: masterKey(settings, home),
    auditNotes: join(ownFolder(settings) ?? home, AUDIT),
    notices: readNotices(settings, settings.folder('GELOMBANG_NOTICES') ?? join(home, NOTICES)),
    dukcapil: readDukcapil(settings),
    noticeReports: readReports(settings),
    beaconUrls: beaconUrls(settings),
    operator: settings.checked('GELOMBANG_OPERATOR', 'a name of up to 100 characters', isName) ?? whoever(),
    concurrency: threads === undefined ? Math.min(availableParallelism(), MOST_THREADS) : Number(threads),
    patience: Number(patience ?? DEFAULT_PATIENCE) * 1_000,
    logLevel: settings.checked('LOG_LEVEL', `one of ${LOG_LEVELS.join(', ')}`, isLogLevel) as
      | LogLevel
      | undefined,
  };
  readFolders(settings);
  refuseFaults(settings);
  return config;
}

/**
 * The folders that files may lie in which somebody names, absolute; undefined: anywhere.
 * @throws GelombangError INPUT_REFUSED where the setting is wrong: then no file is safe.
 */
export function allowedFolders(environment: NodeJS.ProcessEnv = process.env): readonly string[] | undefined {
  const settings = new Settings(environment);
  const folders = readFolders(settings);
  refuseFaults(settings);
  return folders;
}

function readFolders(settings: Settings): readonly string[] | undefined {
  const folders = settings
    .checked('GELOMBANG_FOLDERS', 'folders that there are, with : between', (text) =>
      text.split(':').every((folder) => folder.trim() !== '' && isPath(folder) && isFolder(folder)),
    )
    ?.split(':');
  return folders?.map((folder) => resolve(folder));
}

function refuseFaults({ faults }: Settings): void {
  if (faults.length === 0) return;
  throw new GelombangError('INPUT_REFUSED', 'the environment holds settings that cannot be used', {
    faults,
    next: 'Correct or unset them and run the command again.',
  });
}

function redisFiles(settings: Settings): TlsFiles {
  const isTls = settings.text('REDIS_URL')?.startsWith('rediss:') ?? false;
  const file = (setting: string) => {
    const path = settings.checked(setting, 'REDIS_URL to begin with rediss://', () => isTls);
    return path === undefined ? undefined : { setting, path: resolve(path) };
  };
  return { ca: file('REDIS_CA_FILE'), cert: file('REDIS_CERT_FILE'), key: file('REDIS_KEY_FILE') };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isPath(text: string): boolean {
  return !/\p{Cc}/u.test(text);
}

/** With nothing around it: a blank or a line end that a file of settings left there. */
function isAddress(text: string): boolean {
  return URL.canParse(text) && !/[\s\p{Cc}]/u.test(text) && !/%(?![0-9a-f]{2})/i.test(text);
}

/** Given; or in a file, which belongs to the database: where that is in the home, there, and else where the user is at home. */
function masterKey(settings: Settings, home: string): KeySetting {
  const given = (name: string) =>
    settings.checked(name, '64 hex digits, or 32 bytes in base64url', (text) => keyOf(text) !== undefined);
  const [key, next] = [given('GELOMBANG_KEY'), given('GELOMBANG_NEXT_KEY')].map((text) => keyOf(text ?? ''));
  const path = settings.text('GELOMBANG_KEY_FILE');
  if (key !== undefined && path !== undefined)
    settings.faults.push({
      where: 'GELOMBANG_KEY_FILE',
      what: 'expected not to be set beside GELOMBANG_KEY',
    });
  const own = ownFolder(settings);
  const otherwise: KeyFile | KeyFolder =
    own === undefined ? { kind: 'file', path: join(home, KEY) } : { kind: 'folder', path: join(own, 'keys') };
  if (key !== undefined) return { kind: 'given', key, next, setBy: { variable: 'GELOMBANG_KEY', otherwise } };
  if (path === undefined) return otherwise;
  return { kind: 'file', path: resolve(path), setBy: { variable: 'GELOMBANG_KEY_FILE', otherwise } };
}

/** What a user keeps of databases that are not in a home of the program; undefined for one who has no home to write to. */
function ownFolder(settings: Settings): string | undefined {
  if (settings.text('DATABASE_URL') === undefined) return undefined;
  const own = settings.text('HOME') ?? homedir();
  try {
    accessSync(own, constants.W_OK);
  } catch {
    return undefined;
  }
  return join(settings.text('XDG_CONFIG_HOME') ?? join(own, '.config'), 'gelombang');
}

/** Addresses with blanks between, or `none`. */
function beaconUrls(settings: Settings): readonly string[] {
  const isServer = (text: string) => isAddress(text) && /^https?:$/.test(new URL(text).protocol);
  const given = settings.checked(
    'DRAND_URL',
    'addresses that begin with https:// or http://, with blanks between, or none',
    (text) => text === NO_BEACON || text.trim().split(/\s+/).every(isServer),
  );
  if (given === undefined) return BEACONS;
  return given === NO_BEACON ? [] : given.trim().split(/\s+/);
}

function isName(text: string): boolean {
  return /^[^\p{C}]{1,100}$/u.test(text);
}

function whoever(): string {
  return `${systemAccount()}@${hostname()}`;
}

/** The account under which the program runs; some have a number alone. */
export function systemAccount(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'someone');
  }
}

function isLogLevel(text: string): text is LogLevel {
  return LOG_LEVELS.some((level) => level === text);
}

/** The home as it was given, for commands that are to be typed in the same folder. */
function homeAsTyped(): string {
  return process.env.GELOMBANG_HOME || DEFAULT_HOME;
}

/** Made-up people and real ones share no database: the demo has a home of its own, below the one that is set. */
export function demoConfig(config: Config): { readonly config: Config; readonly homeAsTyped: string } {
  const home = join(config.home, DEMO);
  return {
    config: {
      ...config,
      databaseUrl: undefined,
      redisUrl: undefined,
      redisFiles: {},
      home,
      masterKey: { kind: 'file', path: join(home, KEY) },
      auditNotes: join(home, AUDIT),
      // Made-up people have made-up addresses: nothing goes out to them.
      notices: { ...config.notices, folder: join(home, NOTICES), email: undefined, sms: undefined },
    },
    homeAsTyped: join(homeAsTyped(), DEMO),
  };
}
