import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Command } from 'commander';
import { generateWave, type WaveFiles } from '../../fixtures/generate.ts';
import { type Config, demoConfig, readConfig } from '../config.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { ingestApplicants } from '../ingest/ingest.ts';
import { importList, importRecipients } from '../ingest/lists.ts';
import { importRegistry } from '../ingest/registry.ts';
import { readPolicy } from '../policy/read.ts';
import { openWave } from '../wave/open.ts';
import type { WaveStatus } from '../wave/status.ts';
import { applicants } from './arguments.ts';
import { exportTo } from './export.ts';
import { importWithProgress } from './importing.ts';
import { note, paint, printResult, warn, withSettings } from './output.ts';
import { progressLine } from './progress.ts';
import { type Session, withSession } from './session.ts';
import { throwIfStopping } from './stopping.ts';
import { closedLines } from './wave-close.ts';
import { amount, counted, duration, shellWord } from './words.ts';

const APPLICANTS = 100_000;
const FIRST_WAVE = 17;
const POLICY_NAME = 'made-up-wave';

interface Demo {
  readonly status: WaveStatus;
  readonly input: string;
  readonly results: string;
  readonly notices: string;
}

export function addDemo(program: Command, signal: AbortSignal): void {
  program
    .command('demo')
    .summary('all of it on made-up data')
    .description(
      'Makes up a wave and takes it all the way, from its files to its published results, in an embedded database of its own.',
    )
    .option('--applicants <number>', 'how many apply', applicants, APPLICANTS)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang demo --applicants 10000')
    .action(async (options: { applicants: number; json?: boolean }) => {
      const began = Date.now();
      const given = readConfig();
      if (given.databaseUrl !== undefined || given.redisUrl !== undefined)
        warn('the demo leaves DATABASE_URL and REDIS_URL alone and uses an embedded database of its own');
      const { config, homeAsTyped } = demoConfig(given);
      const settings = settingsToType(given, homeAsTyped);
      await withSession(
        signal,
        async (session) => {
          const demo = await runDemo(session, options.applicants).catch((error: unknown) => {
            throw error instanceof GelombangError ? inSettings(error, settings) : error;
          });
          const lines = () => demoLines(demo, (Date.now() - began) / 1000, settings);
          printResult(options.json === true, demo, lines);
        },
        { config },
      );
    });
}

/** What has to be set for a command that is to find the demo's database, and unset. */
function settingsToType(given: Config, homeAsTyped: string): string {
  const embedded = given.databaseUrl === undefined && given.redisUrl === undefined;
  const unset = embedded ? '' : 'DATABASE_URL= REDIS_URL= ';
  const ownNotices = given.noticesFolder === join(given.home, 'notices') ? '' : 'GELOMBANG_NOTICES= ';
  return `${unset}${ownNotices}GELOMBANG_HOME=${shellWord(homeAsTyped)} `;
}

/** Whoever goes on where the demo stopped has to find its database. */
function inSettings(error: GelombangError, settings: string): GelombangError {
  const { code, message, concerns, faults, cause, next } = error;
  if (next === undefined) return error;
  return new GelombangError(code, message, { concerns, faults, cause, next: withSettings(next, settings) });
}

async function runDemo(session: Session, applicants: number): Promise<Demo> {
  const { config, database, log } = session;
  const waveId = await nextDemoWave(session);
  const folder = join(config.home, `wave-${waveId}`);
  const input = join(folder, 'in');
  note(paint('bold', `Wave ${waveId}: ${amount(applicants)} made-up applications`));
  const files = await makeUp(session, input, applicants, waveId);
  const policy = readPolicy(await readFile(files.policy, 'utf8'), files.policy);
  await openWave(database, { waveId, policy, quota: undefined, closesAt: undefined }, log);
  await importAll(session, files, waveId);
  const { closeWave } = await import('./closing.ts');
  const request = { waveId, entropy: undefined, withoutUnfinished: false, empty: false };
  const status = await closeWave(session, request);
  const results = join(folder, 'out');
  await exportTo(session, waveId, results, false);
  return { status, input, results, notices: join(config.noticesFolder, `wave-${waveId}`) };
}

/** Made-up people must not come between real ones: a database with other waves is left alone. */
async function nextDemoWave({ database, config }: Session): Promise<number> {
  const { newest, others } = await one(
    database.sql<{ newest: number; others: number }[]>`
      select coalesce(max(id), ${FIRST_WAVE - 1})::int as newest,
        (count(*) filter (where policy::jsonb->>'name' <> ${POLICY_NAME}))::int as others
      from wave`,
    'the newest wave',
  );
  if (others === 0) return newest + 1;
  throw new GelombangError('CONFLICT', `${config.home} holds waves that the demo did not make`, {
    next: 'Run it elsewhere: set GELOMBANG_HOME to another folder.',
  });
}

async function makeUp(
  { signal }: Session,
  out: string,
  applicants: number,
  seed: number,
): Promise<WaveFiles> {
  const line = progressLine('making up people');
  const onProgress = (rows: number, total: number) => {
    throwIfStopping(signal);
    line.update(rows, total, counted(rows, 'row'));
  };
  try {
    return await generateWave({ out, applicants, seed, onProgress });
  } finally {
    line.end();
  }
}

async function importAll(session: Session, files: WaveFiles, waveId: number): Promise<void> {
  const asOf = new Date().toISOString().slice(0, 10);
  await importWithProgress(session, files.registry, (database, options, log) =>
    importRegistry(database, { ...options, asOf }, log),
  );
  for (const { name, kind, path } of files.lists) {
    const list = { name, kind, source: 'made up', listedOn: null };
    await importWithProgress(session, path, (database, options, log) =>
      importList(database, { ...options, list }, log),
    );
  }
  await importWithProgress(session, files.recipients, importRecipients);
  await importWithProgress(session, files.applicants, (database, options, log) =>
    ingestApplicants(database, { ...options, waveId }, log),
  );
}

function demoLines(demo: Demo, seconds: number, settings: string): string[] {
  const { status, input, results, notices } = demo;
  const next = [
    `gelombang verify ${shellWord(here(results))}`,
    `gelombang wave status ${status.wave}`,
    `gelombang import applicants ${shellWord(here(join(input, 'applicants.csv')))} --wave ${status.wave}   # too late: it says so`,
    `gelombang --help`,
  ];
  return [
    ...closedLines(status),
    '',
    `All of it took ${duration(seconds)}.`,
    '',
    `input    ${here(input)}`,
    `results  ${here(results)}`,
    `notices  ${here(notices)}`,
    '',
    'Try next:',
    ...next.map((command) => `  ${withSettings(command, settings)}`),
  ];
}

/** As short as it can be said from where the command was given. */
function here(path: string): string {
  const short = relative(process.cwd(), path);
  return short.startsWith('..') ? path : short;
}
