/**
 * Takes reports over. What is known of a notice only ever grows: created, unknown, sent, failed, delivered. So the same reports in
 * another order, or twice, come to the same.
 */
import type { Sql, Transaction } from '../../db/database.ts';
import type { NoticeKey, Report, Told } from './report.ts';

/** Every report is in one of them. */
export interface Applied {
  /** Notices that are so now, and were not before. */
  readonly delivered: number;
  readonly failed: number;
  readonly sent: number;
  /** What was known already, or less than that. */
  readonly kept: number;
  /** Of notices that are being handed over at this moment: to be given again. */
  readonly early: number;
  /** Of no notice that was ever handed over. */
  readonly unknown: number;
}

export const NOTHING_APPLIED: Applied = { delivered: 0, failed: 0, sent: 0, kept: 0, early: 0, unknown: 0 };

const BATCH = 500;
const STRENGTH: Readonly<Record<Told, number>> = { unknown: 0, sent: 1, failed: 2, delivered: 3 };

/** Committed when it returns, batch by batch. Given again it changes nothing more. */
export async function applyReports(sql: Sql, reports: readonly Report[]): Promise<Applied> {
  let applied = NOTHING_APPLIED;
  for (let at = 0; at < reports.length; at += BATCH) {
    const batch = reports.slice(at, at + BATCH);
    applied = sumOf(applied, await sql.begin((transaction) => applyBatch(transaction, batch)));
  }
  return applied;
}

export function sumOf(one: Applied, other: Applied): Applied {
  const sum: Record<keyof Applied, number> = { ...one };
  for (const name of Object.keys(sum) as (keyof Applied)[]) sum[name] += other[name];
  return sum;
}

/** A notice and the most that was said of it. */
interface KeyedReport {
  readonly key: NoticeKey;
  readonly report: Report;
}

async function applyBatch(sql: Transaction, reports: readonly Report[]): Promise<Applied> {
  const named = await byReference(sql, reports);
  const said = new Map<string, KeyedReport>();
  const texts = reports.map((report) => {
    const key = 'reference' in report.of ? named.get(report.of.reference) : report.of;
    if (key === undefined) return undefined;
    const text = textOf(key);
    const before = said.get(text);
    if (before === undefined || STRENGTH[report.told] > STRENGTH[before.report.told])
      said.set(text, { key, report });
    return text;
  });
  const settled = await settle(sql, [...said.values()]);
  const states = await statesOf(
    sql,
    [...said].filter(([text]) => !settled.has(text)).map(([, { key }]) => key),
  );
  const counts: Record<keyof Applied, number> = { ...NOTHING_APPLIED };
  for (const text of texts) counts[categoryOf(text, settled, states)] += 1;
  return counts;
}

/** Each change is counted once, with the first report of its notice. */
function categoryOf(
  text: string | undefined,
  settled: Map<string, Changed | undefined>,
  states: ReadonlyMap<string, string>,
): keyof Applied {
  if (text === undefined) return 'unknown';
  if (settled.has(text)) {
    const state = settled.get(text) ?? 'kept';
    settled.set(text, undefined);
    return state;
  }
  const state = states.get(text);
  if (state === undefined) return 'unknown';
  return state === 'sending' ? 'early' : 'kept';
}

/** A reference that two notices have names none of them. */
async function byReference(sql: Transaction, reports: readonly Report[]): Promise<Map<string, NoticeKey>> {
  const references = reports.flatMap(({ of }) => ('reference' in of ? [of.reference] : []));
  if (references.length === 0) return new Map();
  const rows = await sql<(NoticeKey & { reference: string; count: number })[]>`
    select min(wave_id) as wave, min(registration_no) as "registrationNo", min(channel) as channel, reference,
      count(*)::int as count
    from notice where channel in ('email', 'sms') and reference = any(${references}) group by reference`;
  const only = rows.filter(({ count }) => count === 1);
  return new Map(
    only.map(({ reference, wave, registrationNo, channel }) => [
      reference,
      { wave, registrationNo, channel },
    ]),
  );
}

type Changed = 'delivered' | 'failed' | 'sent';

/**
 * Those that are changed, and to what. The numbers are named beside the join: of a wave without statistics it would read all notices. In the order of their key, so that two who do it wait for each other and do not cross.
 */
async function settle(
  sql: Transaction,
  said: readonly KeyedReport[],
): Promise<Map<string, Changed | undefined>> {
  const keys = columnsOf(said.map(({ key }) => key));
  const told = said.map(({ report }) => report.told);
  const reasons = said.map(({ report }) => report.reason);
  const rows = await sql<(NoticeKey & { state: Changed })[]>`
    with told as materialized (
      select * from unnest(${keys.waves}::int[], ${keys.numbers}::text[], ${keys.channels}::text[],
        ${told}::text[], ${reasons}::text[]) as given (wave_id, registration_no, channel, state, reason)
    ), known as materialized (
      select notice.wave_id, notice.registration_no, notice.channel, notice.state as was, told.state, told.reason
      from told join notice using (wave_id, registration_no, channel)
      where notice.wave_id = any(${keys.waves}) and notice.registration_no = any(${keys.numbers})
      order by notice.wave_id, notice.registration_no, notice.channel for update of notice
    )
    update notice set state = known.state, reason = known.reason, due_at = null, changed_at = now()
    from known
    where notice.wave_id = any(${keys.waves}) and notice.registration_no = any(${keys.numbers})
      and notice.wave_id = known.wave_id and notice.registration_no = known.registration_no
      and notice.channel = known.channel
      and known.was in ('created', 'unknown', 'sent', 'failed') and known.state <> 'unknown'
      and array_position(array['created', 'unknown', 'sent', 'failed', 'delivered'], known.state)
        > array_position(array['created', 'unknown', 'sent', 'failed', 'delivered'], known.was)
    returning notice.wave_id as wave, notice.registration_no as "registrationNo", notice.channel, notice.state`;
  return new Map(rows.map(({ state, ...key }) => [textOf(key), state]));
}

async function statesOf(sql: Transaction, of: readonly NoticeKey[]): Promise<ReadonlyMap<string, string>> {
  const { waves, numbers, channels } = columnsOf(of);
  const rows = await sql<(NoticeKey & { state: string })[]>`
    select wave_id as wave, registration_no as "registrationNo", channel, state from notice
    join unnest(${waves}::int[], ${numbers}::text[], ${channels}::text[]) as given (wave_id, registration_no, channel)
      using (wave_id, registration_no, channel)
    where notice.wave_id = any(${waves}) and notice.registration_no = any(${numbers})`;
  return new Map(rows.map(({ state, ...key }) => [textOf(key), state]));
}

function columnsOf(keys: readonly NoticeKey[]) {
  return {
    waves: keys.map(({ wave }) => wave),
    numbers: keys.map(({ registrationNo }) => registrationNo),
    channels: keys.map(({ channel }) => channel),
  };
}

function textOf({ wave, registrationNo, channel }: NoticeKey): string {
  return `${wave}-${registrationNo}-${channel}`;
}
