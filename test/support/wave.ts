/** Whole waves in this process: files in, the real queue and ledger, files out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateWave, type WaveSize } from '../../fixtures/generate.ts';
import { type StageJobs, stagesOf } from '../../jobs/processor.ts';
import type { StepRunner } from '../../jobs/runner.ts';
import { startWorker } from '../../jobs/worker.ts';
import type { Transaction } from '../../src/db/database.ts';
import type { ImportOptions, ImportSummary } from '../../src/db/import-file.ts';
import { exportWave } from '../../src/export/export.ts';
import { ingestApplicants } from '../../src/ingest/ingest.ts';
import { importList, importRecipients } from '../../src/ingest/lists.ts';
import { importRegistry } from '../../src/ingest/registry.ts';
import type { Policy } from '../../src/policy/policy.ts';
import { listsNamed } from '../../src/policy/predicates.ts';
import { readPolicy } from '../../src/policy/read.ts';
import { commitmentOf } from '../../src/proof/seed.ts';
import { openBackend } from '../../src/queue/backend.ts';
import { lead } from '../../src/queue/lead.ts';
import { openStepQueue } from '../../src/queue/steps.ts';
import { beginClose, type CloseRequest } from '../../src/wave/close.ts';
import type { LedRun } from '../../src/wave/leader.ts';
import { decideOnList } from '../../src/wave/lists.ts';
import { openWave } from '../../src/wave/open.ts';
import { placeOfSecret } from '../../src/wave/record.ts';
import { asOwner } from './database.ts';
import { inThisProcess } from './in-this-process.ts';
import { fileOf, type Installation, temporaryFolder } from './installation.ts';
import type { OracleAnswer, OracleInput } from './oracle.ts';
import { readCsv } from './oracle-rows.ts';

/** Of every test's wave, so that what comes out can be foretold. */
const HOUSEHOLD_KEY = Buffer.from(Array.from({ length: 32 }, (_, place) => place));
const OPERATOR = 'tester';
const ENTROPY = 'ab'.repeat(32);

export type WaveInput = OracleInput;

/** The lists that a policy names. */
function listsOf(policy: Policy): { name: string; kind: 'deny' | 'priority' }[] {
  return listsNamed(policy).map(({ name, kind }) => ({ name, kind: kind === 'any' ? 'priority' : kind }));
}

/** The files of a folder, as `fixtures/` has them. */
export async function waveFrom(folder: string, waveId = 17): Promise<WaveInput> {
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const { policy } = readPolicy(await text('policy.yaml'), 'policy.yaml');
  const lists = listsOf(policy).map(async ({ name }) => [name, await text(`${name}.csv`)] as const);
  return {
    policy,
    waveId,
    applicants: [{ name: 'applicants.csv', text: await text('applicants.csv') }],
    registry: await text('registry.csv'),
    recipients: await text('recipients.csv'),
    lists: Object.fromEntries(await Promise.all(lists)),
    householdKey: HOUSEHOLD_KEY,
    entropy: ENTROPY,
  };
}

export async function madeUpWave(size: Omit<WaveSize, 'out'>, waveId = 17): Promise<WaveInput> {
  const folder = await temporaryFolder();
  await generateWave({ ...size, out: folder });
  return waveFrom(folder, waveId);
}

/** Header and rows of a file, and the same header over some of the rows. */
export function rowsOf(text: string): { rows: string[]; fileOf(rows: readonly string[]): string } {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  return { rows, fileOf: (some) => `${[header, ...some].join('\n')}\n` };
}

/** Opens the wave with the household key and the secret that the input names. */
export async function open({ database, log }: Installation, input: WaveInput): Promise<void> {
  const { waveId, entropy, householdKey } = input;
  const policy = readPolicy(JSON.stringify(input.policy), 'policy.yaml');
  await openWave(database, { waveId, policy, quota: undefined, closesAt: undefined }, log);
  const { keys } = database;
  const key = keys.sealed(placeOfSecret('household_key', waveId), householdKey);
  const secret = keys.sealed(placeOfSecret('secret', waveId), Buffer.from(entropy));
  await unguarded(database, async (sql) => {
    await sql`
      update wave set household_key = ${key}, secret = ${secret}, entropy_commitment = ${commitmentOf(entropy)}
      where id = ${waveId}`;
  });
}

/** Does to a wave what the database refuses. */
export async function unguarded(
  database: Installation['database'],
  change: (sql: Transaction) => PromiseLike<unknown>,
): Promise<void> {
  await asOwner(database, async (transaction) => {
    await transaction`set local session_replication_role = replica`;
    await change(transaction);
  });
}

function importing(path: string): ImportOptions {
  return { path, onProgress: () => {}, signal: new AbortController().signal };
}

export async function importApplicants(
  to: Installation,
  waveId: number,
  file: { readonly name: string; readonly text: string },
): Promise<ImportSummary> {
  const path = await fileOf(to, file.name, file.text);
  return ingestApplicants(to.database, { ...importing(path), waveId }, to.log);
}

/** Registry, lists and recipients; a version that is held is released. */
export async function importReferences(to: Installation, input: WaveInput): Promise<void> {
  const { database, log } = to;
  const registry = importing(await fileOf(to, 'registry.csv', input.registry));
  await importRegistry(database, { ...registry, asOf: input.policy.as_of }, log);
  for (const { name, kind } of listsOf(input.policy)) {
    const path = await fileOf(to, `${name}.csv`, input.lists[name] ?? '');
    const list = { name, kind, source: 'test', listedOn: null };
    const { version, held_for } = await importList(
      database,
      { ...importing(path), list, operator: OPERATOR },
      log,
    );
    // One test's lists are of any size beside those of another wave of it.
    if (held_for !== null)
      await decideOnList(database, { version, decision: 'released', operator: OPERATOR }, log);
  }
  await importRecipients(database, importing(await fileOf(to, 'recipients.csv', input.recipients)), log);
}

export async function openAndImport(to: Installation, input: WaveInput): Promise<void> {
  await open(to, input);
  await importReferences(to, input);
  for (const file of input.applicants) await importApplicants(to, input.waveId, file);
}

export interface Closing {
  /** In place of the installation's own. */
  readonly jobs?: StageJobs;
  /** Where the steps are done, in place of this process. */
  readonly runner?: StepRunner;
  /** Into how many parts the wave is cut, in place of as many as its size asks for. */
  readonly parts?: number;
  /** False: ends where the registry is not to be called for a while. */
  readonly waits?: boolean;
  /** What is asked for beside a plain close. */
  readonly request?: Partial<CloseRequest>;
}

/** From the close to the last notice, with a worker in this process. */
export async function close(
  { database, redisUrl, log, ...own }: Installation,
  waveId: number,
  {
    jobs = own.jobs,
    runner = inThisProcess(database, jobs, 2, log),
    parts,
    request,
    waits = true,
  }: Closing = {},
): Promise<void> {
  const plain = { waveId, entropy: undefined, withoutUnfinished: false, empty: true, ...request };
  const run = await beginClose(database, parts === undefined ? plain : { ...plain, parts }, log);
  await leadHere({ database, redisUrl, log }, { waveId, run, jobs, runner, waits });
}

interface LedHere {
  readonly waveId: number;
  readonly run: LedRun;
  readonly jobs: StageJobs;
  readonly runner: StepRunner;
  readonly waits: boolean;
}

/** A run in this process, to its end. */
export async function leadHere(
  { database, redisUrl, log }: Pick<Installation, 'database' | 'redisUrl' | 'log'>,
  { waveId, run, jobs, runner, waits }: LedHere,
): Promise<void> {
  const backend = await openBackend(redisUrl, database);
  const queue = openStepQueue(backend, log);
  const stages = stagesOf(jobs);
  const worker = startWorker({ database, backend, queue, stages, runner, log });
  const { signal } = new AbortController();
  const ignore = () => {};
  try {
    await lead({
      ...{ database, queue, waveId, stages, log, signal, waits, onProgress: ignore, startWorker: ignore },
    });
  } finally {
    await worker.stop();
    await queue.close();
    await backend.close();
    await run.release();
  }
}

/** Everything that a wave is exported as, as the oracle gives it. */
export async function exported(of: Installation, waveId: number): Promise<OracleAnswer & { folder: string }> {
  const folder = join(of.folder, `export-${waveId}`);
  await exportWave(of.database, { waveId, folder, unmasked: false }, of.log);
  return { ...(await readExport(folder)), folder };
}

async function readExport(folder: string): Promise<OracleAnswer> {
  const text = (name: string) => readFile(join(folder, name), 'utf8');
  const { pool_root, seed } = JSON.parse(await text('draw.json'));
  return {
    results: await text('results.csv'),
    accepted: await text('accepted.csv'),
    pool: await text('pool.csv'),
    rejects: withoutMessages(await text('rejects.csv')),
    funnel: await text('funnel.csv'),
    pool_root,
    seed,
  };
}

/** How a fault is worded is not foretold. */
function withoutMessages(rejects: string): string {
  const { header, records } = readCsv(rejects);
  return [header, ...records.map(({ fields }) => fields)]
    .map((fields) => `${fields.slice(0, 4).join(',')}\n`)
    .join('');
}

/** Step → count. */
export function funnelOf({ funnel }: Pick<OracleAnswer, 'funnel'>): ReadonlyMap<string, number> {
  const { records } = readCsv(funnel);
  return new Map(records.map(({ fields: [step = '', count = ''] }) => [step, Number(count)]));
}

/** A whole wave. */
export async function runWave(
  to: Installation,
  input: WaveInput,
  closing: Closing = {},
): Promise<OracleAnswer & { folder: string }> {
  await openAndImport(to, input);
  await close(to, input.waveId, closing);
  return exported(to, input.waveId);
}
