/** The funnel: what was read, what each rule and each later cut took out, what is left. Every figure is counted. */
import type { Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import type { Wave } from '../wave/record.ts';

/** Step → count, in the order in which they are shown. */
export type Funnel = ReadonlyMap<string, number>;

export async function countFunnel(sql: Transaction, wave: Wave): Promise<Funnel> {
  const rows = await countRows(sql, wave);
  const reasons = await countReasons(sql, wave);
  const outcomes = await countOutcomes(sql, wave);
  const of = (outcome: Outcome) => outcomes.get(outcome) ?? 0;
  const candidates = of('ACCEPTED') + of('RESERVE') + of('NOT_DRAWN');
  return new Map([
    ['rows_read', rows.read],
    ['rows_rejected', rows.rejected],
    ['applications', rows.applications],
    ...reasonCodes(wave.policy).map((code): [string, number] => [code, reasons.get(code) ?? 0]),
    ['INELIGIBLE', of('INELIGIBLE')],
    ['UNVERIFIED', of('UNVERIFIED')],
    ['ELIGIBLE', candidates + of('HOUSEHOLD_CAP')],
    ['HOUSEHOLD_CAP', of('HOUSEHOLD_CAP')],
    ['CANDIDATES', candidates],
    ['NOT_DRAWN', of('NOT_DRAWN')],
    ['RESERVE', of('RESERVE')],
    ['ACCEPTED', of('ACCEPTED')],
  ]);
}

/** @throws GelombangError UNEXPECTED where an application is lost or counted twice: such a wave is not published. */
export function refuseWrongSums(wave: Wave, funnel: Funnel): void {
  const of = (step: string) => funnel.get(step) ?? 0;
  const outcomes = OUTCOMES.reduce((sum, outcome) => sum + of(outcome), 0);
  if (of('rows_read') === of('rows_rejected') + of('applications') && of('applications') === outcomes) return;
  throw new GelombangError(
    'UNEXPECTED',
    `the figures of wave ${wave.id} do not add up: ${of('rows_read')} rows read, ${of('rows_rejected')} rejected, ` +
      `${of('applications')} applications, ${outcomes} outcomes`,
    {
      concerns: { wave: wave.id },
      next: 'Nothing was published. Report this with the output of wave status --json.',
    },
  );
}

async function countRows(sql: Transaction, wave: Wave) {
  return one(
    sql<{ read: number; rejected: number; applications: number }[]>`
      select coalesce(sum(rows_read), 0)::int as read, coalesce(sum(rows_rejected), 0)::int as rejected,
        (select count(*)::int from application where wave_id = ${wave.id}) as applications
      from import_file where wave_id = ${wave.id} and finished_at is not null`,
    'the rows of the imports',
  );
}

async function countReasons(sql: Transaction, wave: Wave): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ code: string; count: number }[]>`
    select code, count(*)::int as count from filter_result, unnest(reasons) as code
    where wave_id = ${wave.id} group by code`;
  return new Map(rows.map((row) => [row.code, row.count]));
}

async function countOutcomes(sql: Transaction, wave: Wave): Promise<ReadonlyMap<string, number>> {
  const rows = await sql<{ outcome: string; count: number }[]>`
    select outcome, count(*)::int as count from outcome where wave_id = ${wave.id} group by outcome`;
  return new Map(rows.map((row) => [row.outcome, row.count]));
}
