/** The funnel: what was read, what each rule and each later cut took out, what is left. Every figure is counted. */
import type pg from 'pg';
import { GelombangError } from '../errors.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES } from '../proof/seats.ts';
import type { Wave } from '../wave/record.ts';

/** Step → count, in the order in which they are shown. */
export type Funnel = ReadonlyMap<string, number>;

export async function countFunnel(client: pg.ClientBase, wave: Wave): Promise<Funnel> {
  const rows = await countRows(client, wave);
  const counts = await countRecorded(client, wave);
  const of = (name: string) => counts.get(name) ?? 0;
  const candidates = of('ACCEPTED') + of('RESERVE') + of('NOT_DRAWN');
  return new Map([
    ['rows_read', rows.read],
    ['rows_rejected', rows.rejected],
    ['applications', of('applications')],
    ...reasonCodes(wave.policy).map((code): [string, number] => [code, of(code)]),
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
      final: true,
    },
  );
}

async function countRows(client: pg.ClientBase, wave: Wave): Promise<{ read: number; rejected: number }> {
  const { rows } = await client.query<{ read: number; rejected: number }>(
    `select coalesce(sum(rows_read), 0)::int as read, coalesce(sum(rows_rejected), 0)::int as rejected
    from import_file where wave_id = $1 and finished_at is not null`,
    [wave.id],
  );
  return rows[0] ?? { read: 0, rejected: 0 };
}

/** What the steps that recorded the outcomes counted as they sent them: outcomes, reasons, applications. */
async function countRecorded(client: pg.ClientBase, wave: Wave): Promise<ReadonlyMap<string, number>> {
  const { rows } = await client.query<{ name: string; count: number }>(
    `select counted.key as name, sum(counted.value::bigint)::int as count
    from step, jsonb_each_text(step.counts) as counted
    where step.wave_id = $1 and step.stage = 'record' group by counted.key`,
    [wave.id],
  );
  return new Map(rows.map(({ name, count }) => [name, count]));
}
