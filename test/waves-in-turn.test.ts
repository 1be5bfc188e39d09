/** Wave after wave with the same people, who move from household to household: what was before counts, and counts right. */
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { installation } from './support/installation.ts';
import { type OracleAnswer, oracle } from './support/oracle.ts';
import { plainDigits, type Row, readRows } from './support/oracle-rows.ts';
import {
  close,
  exported,
  importApplicants,
  importReferences,
  madeUpWave,
  open,
  type WaveInput,
} from './support/wave.ts';

const FIRST = 16;

const textOf = (rows: readonly Row[]) => stringify([...rows], { header: true });

/** Some of the people live with others from now on, and say so. */
function afterMoves(input: WaveInput, wave: number): WaveInput {
  const people = readRows(input.registry);
  const moved = new Map<string, string>();
  people.forEach((person, at) => {
    if ((at + wave) % 6 === 0)
      moved.set(plainDigits(person.nik ?? ''), people[(at + 7) % people.length]?.kk ?? '');
  });
  const move = (row: Row) => ({ ...row, kk: moved.get(plainDigits(row.nik ?? '')) ?? row.kk ?? '' });
  const applicants = input.applicants.map(({ name, text }) => ({
    name,
    text: textOf(readRows(text).map(move)),
  }));
  return { ...input, registry: textOf(people.map(move)), applicants };
}

/** Who was accepted is a past recipient from now on, of the household of then; who was not drawn has one more ticket. */
function afterWave(input: WaveInput, answer: OracleAnswer): WaveInput {
  const rows = new Map(readRows(input.applicants[0]?.text ?? '').map((row) => [row.registration_no, row]));
  const received = readRows(answer.accepted).map(({ registration_no: number }) => {
    const row = rows.get(number);
    return `${plainDigits(row?.nik ?? '')},${plainDigits(row?.kk ?? '')},${input.waveId}\n`;
  });
  const accounts = { ...input.accounts };
  for (const { registration_no: number = '', outcome } of readRows(answer.results)) {
    const waves = accounts[number]?.unsuccessfulWaves ?? 0;
    accounts[number] = { row: {}, unsuccessfulWaves: waves + (outcome === 'NOT_DRAWN' ? 1 : 0) };
  }
  const waveId = input.waveId + 1;
  const householdKey = Buffer.alloc(32, waveId);
  return { ...input, waveId, householdKey, accounts, recipients: `${input.recipients}${received.join('')}` };
}

/** Of each household with somebody accepted now: the distinct people of it who ever received a place. */
function recipientsOfHouseholds(
  input: WaveInput,
  answer: OracleAnswer,
): ReadonlyMap<string, ReadonlySet<string>> {
  const now = new Map(
    readRows(input.registry).map((row) => [plainDigits(row.nik ?? ''), plainDigits(row.kk ?? '')]),
  );
  const households = new Map<string, Set<string>>();
  const count = (kk: string | undefined, nik: string) => {
    if (kk !== undefined) households.set(kk, (households.get(kk) ?? new Set()).add(nik));
  };
  const niks = new Map(
    readRows(input.applicants[0]?.text ?? '').map((row) => [row.registration_no, plainDigits(row.nik ?? '')]),
  );
  const accepted = readRows(answer.accepted).map((row) => niks.get(row.registration_no) ?? '');
  for (const row of readRows(input.recipients)) {
    const nik = plainDigits(row.nik ?? '');
    count(plainDigits(row.kk ?? ''), nik);
    count(now.get(nik), nik);
  }
  for (const nik of accepted) count(now.get(nik), nik);
  const theirs = new Set(accepted.map((nik) => now.get(nik)));
  return new Map([...households].filter(([kk]) => theirs.has(kk)));
}

test('three waves in turn are decided as the oracle decides them, and no household is ever above its cap', async () => {
  const sizes = fc.record({
    seed: fc.nat(),
    quota: fc.integer({ min: 2, max: 8 }),
    cap: fc.integer({ min: 1, max: 2 }),
    tickets: fc.record({
      per_unsuccessful_wave: fc.integer({ min: 1, max: 2 }),
      max: fc.integer({ min: 2, max: 4 }),
    }),
  });
  await fc.assert(
    fc.asyncProperty(sizes, async ({ seed, quota, cap, tickets }) => {
      const at = await installation();
      const made = await madeUpWave({ applicants: 160, seed, registry: 130 }, FIRST);
      const policy = { ...made.policy, quota, household_cap: cap, tickets, match: { name: 0 }, layers: [] };
      // Of a number that is given twice the first row stands; here each is given once, so that an account has one row.
      const once = [
        ...new Map(
          readRows(made.applicants[0]?.text ?? '').map((row) => [row.registration_no, row]),
        ).values(),
      ];
      let input: WaveInput = {
        ...made,
        policy,
        applicants: [{ name: 'applicants.csv', text: textOf(once) }],
      };
      for (let wave = 0; wave < 3; wave++) {
        if (wave > 0) input = afterMoves(input, wave);
        await open(at, input);
        await importReferences(at, input);
        for (const file of input.applicants) await importApplicants(at, input.waveId, file);
        await close(at, input.waveId, { parts: 3 });
        const { folder: _, ...answer } = await exported(at, input.waveId);
        expect(answer).toEqual(oracle(input));
        for (const people of recipientsOfHouseholds(input, answer).values())
          expect(people.size).toBeLessThanOrEqual(cap);
        input = afterWave(input, answer);
      }
      const given = Object.values(input.accounts ?? {}).map(({ unsuccessfulWaves }) => unsuccessfulWaves);
      expect(Math.max(...given)).toBeGreaterThan(0);
    }),
    { numRuns: 2, endOnFailure: true },
  );
});
