/** Workers that wake after their step was taken over: nothing of theirs is put in the place of what others do. */
import { beforeAll, describe, expect, test } from 'vitest';
import { stageJob } from '../../jobs/processor.ts';
import { openDatabase } from '../../src/db/database.ts';
import { take } from '../../src/keys/data-keys.ts';
import { recordFailure } from '../../src/wave/failures.ts';
import { runStep, type StepOutcome } from '../../src/wave/step.ts';
import { afterTest } from '../support/ends.ts';
import { until } from '../support/held-table.ts';
import type { Installation } from '../support/installation.ts';
import { KEY, ledger, type Sleeper, silence, sleeper, withOneStep } from '../support/one-step.ts';
import { madeUpWave, type WaveInput } from '../support/wave.ts';

let input: WaveInput;
beforeAll(async () => {
  input = await madeUpWave({ applicants: 20, seed: 3 });
});

interface Frozen {
  readonly outcome: Promise<StepOutcome>;
  wake(): void;
}

/** It has locked the row of the step, and what it asks next, before it writes its lease, is not sent until it is woken. */
async function frozenAfterClaim(at: Installation): Promise<Frozen> {
  const { inHand } = at.database.keys;
  const database = await openDatabase(at.url, 1);
  afterTest(() => database.close());
  if (inHand !== undefined) take(database, inHand);
  let wake = () => {};
  const awake = new Promise<void>((resolve) => {
    wake = resolve;
  });
  void database.sql.begin(() => awake);
  const own = sleeper({ ...at, database }, 'frozen');
  own.wake();
  const outcome = runStep(own.work);
  await until(async () => {
    const held = await at.database.sql`select from step join pg_locks on transactionid = xmax and granted`;
    return held.length === 1;
  });
  return { outcome, wake };
}

/** Another worker is at the step of one that is silent. */
async function takenOver(at: Installation): Promise<Sleeper & { readonly done: Promise<StepOutcome> }> {
  const other = sleeper(at, 'other');
  await silence(at);
  const done = runStep(other.work);
  await other.reached;
  return { ...other, done };
}

const DONE_BY_OTHER = { state: 'done', digest: 'other', attempts: 1, written: 'other', leases: 0 };

describe('a worker that was frozen after it had claimed a step, and wakes before it has written its lease', () => {
  async function watched(): Promise<Installation & { readonly frozen: Frozen }> {
    const at = await withOneStep(input);
    const frozen = await frozenAfterClaim(at);
    expect(await runStep(sleeper(at, 'early').work)).toEqual({ kind: 'waiting' });
    return { ...at, frozen };
  }

  test('goes on where nobody has taken the step', async () => {
    const at = await watched();
    at.frozen.wake();
    expect(await at.frozen.outcome).toMatchObject({ kind: 'done' });
    expect(await ledger(at)).toMatchObject({ digest: 'frozen', leases: 0 });
  });

  test('does not put its lease in the place of that of whoever has taken the step', async () => {
    const at = await watched();
    const other = await takenOver(at);
    at.frozen.wake();
    expect(await at.frozen.outcome).toEqual({ kind: 'taken over' });
    other.wake();
    expect(await other.done).toMatchObject({ kind: 'done' });
    expect(await ledger(at)).toEqual(DONE_BY_OTHER);
  });

  test('does not get one where the step is done by now', async () => {
    const at = await watched();
    const other = await takenOver(at);
    other.wake();
    await other.done;
    at.frozen.wake();
    expect(await at.frozen.outcome).toEqual({ kind: 'taken over' });
    expect(await ledger(at)).toEqual(DONE_BY_OTHER);
  });
});

describe('a failure', () => {
  test('of a worker whose step was taken over is no attempt of whoever has it, and waits for nobody', async () => {
    const at = await withOneStep(input);
    const { database, log } = at;
    const late = sleeper(at, 'late', new Error('of the work'));
    const { stage, worker, signal } = late.work;
    const ended = stageJob(stage).process(KEY, { database, log, signal, worker });
    await late.reached;
    const other = await takenOver(at);
    late.wake();
    expect(await ended).toBe('taken over');
    const beforeAnyLease = { key: KEY, token: undefined, thrown: new Error('of the claim') };
    expect(await recordFailure(database, beforeAnyLease, log)).toBe(false);
    expect(await ledger(at)).toMatchObject({ state: 'planned', attempts: 0, leases: 1 });
    other.wake();
    await other.done;
    expect(await ledger(at)).toEqual(DONE_BY_OTHER);
  });

  test('of whoever has the step is one, before and after it has written its lease', async () => {
    const at = await withOneStep(input);
    const { database, log } = at;
    const failing = sleeper(at, 'failing', new Error('of the work'));
    const { stage, worker, signal } = failing.work;
    failing.wake();
    expect(await stageJob(stage).process(KEY, { database, log, signal, worker })).toBe('failed');
    expect(await ledger(at)).toMatchObject({ state: 'planned', attempts: 1, leases: 0 });
    const beforeAnyLease = { key: KEY, token: undefined, thrown: new Error('of the claim') };
    expect(await recordFailure(database, beforeAnyLease, log)).toBe(true);
    expect(await ledger(at)).toMatchObject({ state: 'planned', attempts: 2, leases: 0 });
  });
});
