/** The inside of a thread that does steps, one at a time, with connections of its own. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { type Database, type DatabaseAddress, openDatabase } from '../src/db/database.ts';
import { isLoss } from '../src/db/loss.ts';
import { take } from '../src/keys/data-keys.ts';
import type { KeysInHand } from '../src/keys/keys.ts';
import { createLog, type LogLevel } from '../src/log.ts';
import type { StepKey } from '../src/pipeline.ts';
import type { JobSettings } from './jobs.ts';
import type { StageJobs, StepEnd } from './processor.ts';

/** What a thread is told when it starts. */
export interface ThreadData {
  readonly address: string | DatabaseAddress;
  /** Those of the process. */
  readonly keys: KeysInHand | undefined;
  readonly settings: JobSettings;
  readonly level: LogLevel;
  /** The id of the process, as the leases of its steps have it. */
  readonly worker: string;
}

export type ToThread =
  | { readonly kind: 'step'; readonly key: StepKey }
  /** The step under way may go on for seconds. */
  | { readonly kind: 'stop' }
  /** There is no more to do. */
  | { readonly kind: 'end' };

export type FromThread =
  | { readonly kind: 'line'; readonly line: string }
  /** The step under way has a lease with this token. */
  | { readonly kind: 'leased'; readonly token: number }
  | { readonly kind: 'ended'; readonly end: StepEnd };

/** Bytes that the process, with all of its threads, may hold before everything is looked through. */
const MOST_RESIDENT = 260 << 20;

/** Of each kind: one for what a step asks for beside its transaction, one to cancel it with. */
const CONNECTIONS = 2;

/** Does the steps that this thread is told of until it is told to end. What it cannot answer for ends the thread. */
export async function serveSteps(createJobs: (settings: JobSettings) => StageJobs): Promise<void> {
  const { address, keys, settings, level, worker } = workerData as ThreadData;
  const tell = (message: FromThread) => parentPort?.postMessage(message);
  const log = createLog({ level, pretty: false, stream: { write: (line) => tell({ kind: 'line', line }) } });
  const jobs = createJobs(settings);
  const stopping = new AbortController();
  const database = await openDatabase(address, CONNECTIONS);
  if (keys !== undefined) take(database, keys);
  const onLease = (token: number) => tell({ kind: 'leased', token });
  const context = { database, log, signal: stopping.signal, worker, onLease };
  const receive = async (message: ToThread) => {
    switch (message.kind) {
      case 'step':
        tell({ kind: 'ended', end: await jobs[message.key.stage].process(message.key, context) });
        return clearUp();
      case 'stop':
        return stopping.abort();
      case 'end':
        return leave(database);
      default:
        throw new Error(`a thread cannot be told so: ${String(message satisfies never)}`);
    }
  };
  // Of a connection that was lost: whoever used it has been told.
  process.on('uncaughtException', (error) => {
    if (!isLoss(error)) throw error;
  });
  // What is thrown here is caught by nobody on purpose: it ends the thread, and the pool writes the failure down.
  parentPort?.on('message', (message: ToThread) => void receive(message));
}

let collect: ((how: { readonly type: 'minor' | 'major' }) => void) | undefined;

/**
 * Lets the columns of the step go, which V8 does only when those of later ones press: two threads were at 325 MB without
 * it. Most are young and cost little to find; to look through all took a fifth of the time.
 */
function clearUp(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as typeof collect;
  }
  collect?.({ type: process.memoryUsage.rss() > MOST_RESIDENT ? 'major' : 'minor' });
}

async function leave(database: Database): Promise<void> {
  await database.close();
  parentPort?.close();
}
