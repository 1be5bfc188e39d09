/** All of it on made-up data: what the command `demo` does. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { generateWave, type WaveFiles } from '../../fixtures/generate.ts';
import type { Config } from '../config.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { refuseOutside } from '../files/allowed.ts';
import { ingestApplicants } from '../ingest/ingest.ts';
import { importList, importRecipients, type ListSummary } from '../ingest/lists.ts';
import { importRegistry } from '../ingest/registry.ts';
import { decideOnList } from '../wave/lists.ts';
import { openWave } from '../wave/open.ts';
import type { WaveStatus } from '../wave/status.ts';
import { closeWave } from './closing.ts';
import { exportTo } from './export.ts';
import { importWithProgress } from './importing.ts';
import { note, paint } from './output.ts';
import { readPolicyFile } from './policy-file.ts';
import { progressLine } from './progress.ts';
import type { Session } from './session.ts';
import { throwIfStopping } from './stopping.ts';
import { amount, counted } from './words.ts';

const FIRST_WAVE = 17;
const POLICY_NAME = 'made-up-wave';

export interface Demo {
  readonly status: WaveStatus;
  readonly input: string;
  readonly results: string;
  readonly notices: string;
}

/** A wave whose files are in the making. */
export interface MakingUp {
  readonly waveId: number;
  readonly input: string;
  readonly files: Promise<WaveFiles>;
}

/** Begins with the first wave, where the demo has no database yet: while that is made there is nothing else to do. */
export function beginFirst(config: Config, applicants: number, signal: AbortSignal): MakingUp | undefined {
  return existsSync(config.home) ? undefined : begin(config, FIRST_WAVE, applicants, signal);
}

/**
 * Makes a wave up and takes it from its files to its results, in a database in which there are made-up waves alone.
 * @param begun A wave that is in the making already.
 */
export async function runDemo(session: Session, applicants: number, begun?: MakingUp): Promise<Demo> {
  const { config, database, log, signal } = session;
  await refuseOutside(config.home);
  const waveId = await nextDemoWave(session);
  const { input, files: made } = begun?.waveId === waveId ? begun : begin(config, waveId, applicants, signal);
  const files = await made;
  const policy = await readPolicyFile(files.policy);
  await openWave(database, { waveId, policy, quota: undefined, closesAt: undefined }, log);
  await importAll(session, files, waveId);
  const request = { waveId, entropy: undefined, withoutUnfinished: false, empty: false };
  const status = await closeWave(session, { ...request, waits: true });
  const results = join(input, '..', 'out');
  await exportTo(session, waveId, results, false);
  return { status, input, results, notices: join(config.notices.folder, `wave-${waveId}`) };
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

function begin(config: Config, waveId: number, applicants: number, signal: AbortSignal): MakingUp {
  note(paint('bold', `Wave ${waveId}: ${amount(applicants)} made-up applications`));
  const input = join(config.home, `wave-${waveId}`, 'in');
  const files = makeUp(input, applicants, waveId, signal);
  // Met by whoever waits for them, if anybody does.
  files.catch(() => {});
  return { waveId, input, files };
}

async function makeUp(
  out: string,
  applicants: number,
  seed: number,
  signal: AbortSignal,
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

/** The lists of one demo are of other people than those of the last: of any size beside them. */
async function releaseMadeUp({ config, database, log }: Session, list: ListSummary): Promise<void> {
  const { version, list: name, held_for: why } = list;
  if (why === null) return;
  await decideOnList(database, { version, decision: 'released', operator: config.operator }, log);
  note(`Version ${version} of list ${name} was held, and is released, since it is made up: ${why}.`);
}

async function importAll(session: Session, files: WaveFiles, waveId: number): Promise<void> {
  const asOf = new Date().toISOString().slice(0, 10);
  await importWithProgress(session, files.registry, (database, options, log) =>
    importRegistry(database, { ...options, asOf }, log),
  );
  for (const { name, kind, path } of files.lists) {
    const list = { name, kind, source: 'made up', listedOn: null };
    const summary = await importWithProgress(session, path, (database, options, log) =>
      importList(database, { ...options, list }, log),
    );
    await releaseMadeUp(session, summary);
  }
  await importWithProgress(session, files.recipients, importRecipients);
  await importWithProgress(session, files.applicants, (database, options, log) =>
    ingestApplicants(database, { ...options, waveId }, log),
  );
}
