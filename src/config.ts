/** The only reader of the environment: what is set there is checked once, all faults at a time, and typed. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { GelombangError } from './errors.ts';
import { LOG_LEVELS, type LogLevel } from './log.ts';

const DEFAULT_HOME = '.gelombang';
const NOTICES = 'notices';
const DEMO = 'demo';

/** Threads where nothing is said: each takes its memory and three connections, however many processors there are. */
const MOST_THREADS = 8;

const blankIsAbsent = (value: unknown) => (value === '' ? undefined : value);

const Environment = z.object({
  DATABASE_URL: z.preprocess(
    blankIsAbsent,
    z
      .url({ protocol: /^postgres(ql)?$/, error: 'expected an address that begins with postgres://' })
      .optional(),
  ),
  REDIS_URL: z.preprocess(
    blankIsAbsent,
    z
      .url({ protocol: /^rediss?$/, error: 'expected an address that begins with redis:// or rediss://' })
      .optional(),
  ),
  GELOMBANG_HOME: z.preprocess(blankIsAbsent, z.string().default(DEFAULT_HOME)),
  GELOMBANG_NOTICES: z.preprocess(blankIsAbsent, z.string().optional()),
  GELOMBANG_CONCURRENCY: z.preprocess(
    blankIsAbsent,
    z
      .string()
      .regex(/^([1-9]|[1-5][0-9]|6[0-4])$/, 'expected a whole number from 1 to 64')
      .transform(Number)
      .optional(),
  ),
  LOG_LEVEL: z.preprocess(
    blankIsAbsent,
    z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).optional(),
  ),
});

export interface Config {
  /** Where PostgreSQL is; undefined: the embedded one under `home`. */
  readonly databaseUrl: string | undefined;
  /** Where Redis or Valkey is; undefined: the queue lives in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** Absolute. What the program keeps on this machine. */
  readonly home: string;
  /** Absolute. Where notices are written that no gateway takes. */
  readonly noticesFolder: string;
  /** How many steps a process does side by side, each in a thread. */
  readonly concurrency: number;
  /** Undefined: warnings and up for a command, everything from info up for a worker. */
  readonly logLevel: LogLevel | undefined;
}

/** @throws GelombangError INPUT_REFUSED naming every setting that is wrong, without its value. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const read = Environment.safeParse(environment);
  if (!read.success) {
    throw new GelombangError('INPUT_REFUSED', 'the environment holds settings that cannot be used', {
      faults: read.error.issues.map((issue) => ({ where: issue.path.join('.'), what: issue.message })),
      next: 'Correct or unset them and run the command again.',
    });
  }
  const home = resolve(read.data.GELOMBANG_HOME);
  return {
    databaseUrl: read.data.DATABASE_URL,
    redisUrl: read.data.REDIS_URL,
    home,
    noticesFolder: resolve(read.data.GELOMBANG_NOTICES ?? join(home, NOTICES)),
    concurrency: read.data.GELOMBANG_CONCURRENCY ?? Math.min(availableParallelism(), MOST_THREADS),
    logLevel: read.data.LOG_LEVEL,
  };
}

/** The folder of the installed project, found from where this file runs, compiled or not. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new GelombangError('UNEXPECTED', 'package.json of the project was not found');
    folder = parent;
  }
  return folder;
}

/** Whether standard error is a terminal on which a line can be written over. */
export function isMovingTerminal(): boolean {
  return process.stderr.isTTY === true && process.env.TERM !== 'dumb';
}

/** How whoever called this program calls it again from the same folder: by npm, by its name, or by its file. */
export function commandAsTyped(): string {
  const script = process.argv[1] ?? '';
  const byNpm = process.env.npm_lifecycle_event;
  if (byNpm === 'npx') return 'npx gelombang';
  if (byNpm !== undefined) return 'npm run -s gelombang --';
  if (basename(script) === 'gelombang') return 'gelombang';
  const fromHere = relative(process.cwd(), script);
  return `node ${fromHere.startsWith('..') ? script : fromHere}`;
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
      home,
      noticesFolder: join(home, NOTICES),
    },
    homeAsTyped: join(homeAsTyped(), DEMO),
  };
}
