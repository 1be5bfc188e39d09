/** A wave that is void: on record, and of no consequence for the waves after it. */
import { beforeAll, expect, test } from 'vitest';
import { verifyExport } from '../../src/verify/verify.ts';
import { readWave } from '../../src/wave/record.ts';
import { voidWave } from '../../src/wave/void.ts';
import type { Installation } from '../support/installation.ts';
import { readRows } from '../support/oracle-rows.ts';
import { prepared } from '../support/prepared.ts';
import { runProgram } from '../support/program.ts';
import {
  close,
  exported,
  importApplicants,
  madeUpWave,
  open,
  openAndImport,
  type WaveInput,
} from '../support/wave.ts';

const REASON = 'a list came in half';

let input: WaveInput;
let at: Installation;

beforeAll(async () => {
  const made = await madeUpWave({ applicants: 120, seed: 5 });
  const tickets = { per_unsuccessful_wave: 1, max: 3 };
  input = { ...made, policy: { ...made.policy, quota: 10, tickets } };
});

const opened = prepared((to) => openAndImport(to, input));
const published = prepared(async (to) => {
  await openAndImport(to, input);
  await close(to, 17);
});

const voiding = (waveId = 17) =>
  voidWave(at.database, { waveId, reason: REASON, by: 'operator@here' }, at.log);

/** The same people apply to wave 18, which has a household key of its own as every wave has. */
async function nextWave() {
  const next = { ...input, waveId: 18, householdKey: Buffer.alloc(32, 18) };
  await open(at, next);
  for (const file of next.applicants) await importApplicants(at, 18, file);
  await close(at, 18);
  return exported(at, 18);
}

test('it stays on record with its reason, and is not taken back', async () => {
  at = await published();
  const { poolRoot } = await readWave(at.database.sql, 17);
  expect(await voiding()).toMatchObject({ wave: 17, state: 'published', voided: { reason: REASON } });
  expect(await readWave(at.database.sql, 17)).toMatchObject({
    state: 'void',
    poolRoot,
    voided: { by: 'operator@here', reason: REASON },
  });
  await expect(voiding()).rejects.toThrow(`wave 17 is void already: ${REASON}`);
  await expect(close(at, 17)).rejects.toThrow('wave 17 is void since');
  await expect(importApplicants(at, 17, { name: 'late.csv', text: '' })).rejects.toThrow();
  const back = at.database.sql`update wave set state = 'published' where id = 17`;
  await expect(back).rejects.toThrow();
});

test('who was accepted in it may be accepted again, and who was not drawn has no ticket for it', async () => {
  at = await published();
  const accepted = new Set(readRows((await exported(at, 17)).accepted).map((row) => row.registration_no));
  await voiding();
  const { folder } = await exported(at, 17);
  expect(await verifyExport(folder, () => {})).toMatchObject({
    faultCount: 0,
    voided: { reason: REASON },
  });
  const [{ outcomes } = { outcomes: 0 }] = await at.database.sql<{ outcomes: number }[]>`
    select count(*)::int as outcomes from outcome where wave_id = 17`;
  expect(outcomes).toBe(0);
  const { results, pool } = await nextWave();
  const past = readRows(results).filter(({ reasons }) => reasons === 'PAST_RECIPIENT');
  expect(past.map((row) => accepted.has(row.registration_no))).not.toContain(true);
  expect(new Set(readRows(pool).map(({ tickets }) => tickets))).toEqual(new Set(['1']));
  expect(readRows(results).filter(({ outcome }) => outcome === 'ACCEPTED')).toHaveLength(10);
});

test('without it being void both count, so that the next draw is of another pool', async () => {
  at = await published();
  const first = await exported(at, 17);
  const next = await nextWave();
  expect(next.pool_root).not.toBe(first.pool_root);
  const accepted = new Set(readRows(first.accepted).map((row) => row.registration_no));
  const again = readRows(next.results).filter((row) => accepted.has(row.registration_no));
  expect(again.every(({ reasons }) => reasons === 'PAST_RECIPIENT')).toBe(true);
  const unlucky = readRows(first.results).filter(({ outcome }) => outcome === 'NOT_DRAWN');
  const tickets = new Map(readRows(next.pool).map((row) => [row.registration_no, row.tickets]));
  expect(unlucky.length).toBeGreaterThan(0);
  for (const { registration_no: number } of unlucky) expect(tickets.get(number) ?? '2').toBe('2');
});

test('an open wave and one that is being closed can be void too; nothing of theirs goes on', async () => {
  at = await opened();
  await voiding();
  await expect(close(at, 17)).rejects.toThrow('void');
  const steps = await at.database.sql`select 1 from step where wave_id = 17`;
  expect(steps).toHaveLength(0);
});

test('the command asks for a reason, and says what it did', async () => {
  at = await opened();
  expect((await runProgram(at, ['wave', 'void', '17'])).code).toBe(2);
  const ended = await runProgram(at, ['wave', 'void', '17', '--reason', REASON]);
  expect(ended.code, ended.stderr).toBe(0);
  expect(ended.stdout).toContain('Wave 17 is void; it was open.');
  const status = await runProgram(at, ['wave', 'status', '17']);
  expect(status.stdout).toContain(REASON);
});
