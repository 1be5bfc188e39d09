/** What a stage is, to the ledger and to the jobs: how it is cut into parts, and what one part does. */
import type pg from 'pg';
import type { Database, Transaction } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { Lease } from './lease.ts';
import type { Wave } from './record.ts';

/** A half-open range of keys; null is open. What the keys are is the stage's own business. */
export interface PartBounds {
  readonly lower: string | null;
  readonly upper: string | null;
}

export interface Part extends PartBounds {
  readonly part: number;
}

export interface StepContext {
  /** The connection that is in the step's own transaction: what the stage writes, it writes here. */
  readonly client: pg.ClientBase;
  /** Other connections, for a stage whose effects cannot wait for the transaction (messages that go out). */
  readonly database: Database;
  readonly wave: Wave;
  readonly part: Part;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Under which the step is done: what takes effect beside the transaction looks at it right before. */
  readonly lease: Lease;
}

/** What a part wrote: how many of what, and a digest of it. */
export interface StepResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly digest: string;
}

/** It cannot go on yet: the step stays as it is, and is tried again a moment later. */
export type Waiting = 'waiting';

/** It cannot go on before that moment, which may be hours away: nobody takes it until then. */
export interface Resting {
  readonly until: Date;
  /** So far. */
  readonly counts: StepResult['counts'];
}

/** Whether a step has come to an end. */
export function isResult(end: StepResult | Resting | Waiting): end is StepResult {
  return end !== 'waiting' && 'digest' in end;
}

export interface Stage {
  /** Called once a wave, in the transaction that plans the stage, when the stages before are done. */
  plan(sql: Transaction, wave: Wave): Promise<readonly PartBounds[]>;
  work(context: StepContext): Promise<StepResult | Resting | Waiting>;
  /** Called once a wave when all parts are done, in a transaction, before anything is planned that comes after. */
  complete?(sql: Transaction, wave: Wave): Promise<void>;
}

/** The only part of a stage that is not cut. */
export const WHOLE: readonly PartBounds[] = [{ lower: null, upper: null }];
