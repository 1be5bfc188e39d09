/** The notices of one step, with their texts. */
import type { Queryable, Transaction } from '../db/database.ts';
import type { Wave } from '../wave/record.ts';
import type { Part, PartBounds } from '../wave/stage.ts';
import type { NoticeBatch, OutgoingNotice } from './port.ts';
import { type NoticeFacts, noticeText } from './wording.ts';

/** Days in which the first training is to be bought (Permenko 11/2020, article 20). */
const PURCHASE_DAYS = 30;

/** Where a notice goes without a gateway: the port that writes JSON lines to a file. */
export const CHANNEL = 'file';

/** Who is told: the accepted before all others. */
const READERS = ['accepted', 'others'] as const;

/**
 * Applications lie in the order of their lines, so a batch is a stretch of a file: as many lines as hold about so many
 * of its readers. The bounds are `readers:import:line`.
 */
export async function batchBounds(
  sql: Transaction,
  wave: Wave,
  size: number,
): Promise<readonly PartBounds[]> {
  const files = await sql<{ id: number; rows: number }[]>`
    select id, rows_read::float8 as rows from import_file
    where wave_id = ${wave.id} and finished_at is not null order by id`;
  const lines = files.reduce((sum, { rows }) => sum + rows, 0);
  const funnel = new Map(wave.funnel ?? []);
  const accepted = funnel.get('ACCEPTED') ?? 0;
  const people = { accepted, others: (funnel.get('applications') ?? 0) - accepted };
  return READERS.filter((readers) => people[readers] > 0).flatMap((readers) => {
    const stretch = Math.ceil((size * lines) / people[readers]);
    return files.flatMap(({ id, rows }) => stretches(`${readers}:${id}`, rows, stretch));
  });
}

/** The last one is open: records of several lines make a file longer than its rows. */
function stretches(prefix: string, rows: number, stretch: number): PartBounds[] {
  const count = Math.max(1, Math.ceil(rows / stretch));
  return Array.from({ length: count }, (_, at) => ({
    lower: `${prefix}:${at * stretch}`,
    upper: at === count - 1 ? null : `${prefix}:${(at + 1) * stretch}`,
  }));
}

interface NoticeRow {
  registrationNo: string;
  outcome: NoticeFacts['outcome'];
  reasons: string;
  fullName: string;
  email: string;
  phone: string;
}

/** In the order of their lines, whatever their state. */
export async function readBatch(sql: Queryable, wave: Wave, part: Part): Promise<NoticeBatch> {
  const [readers, importId = '0', line = '0'] = (part.lower ?? '').split(':');
  const end = part.upper?.split(':')[2];
  const rows = await sql<NoticeRow[]>`
    select a.registration_no as "registrationNo", o.outcome, o.reasons, a.full_name as "fullName", a.email, a.phone
    from application a
      join outcome o on o.wave_id = a.wave_id and o.registration_no = a.registration_no
    where a.wave_id = ${wave.id} and a.import_id = ${importId} and a.line >= ${line}
      ${end === undefined ? sql`` : sql`and a.line < ${end}`}
      and (o.outcome = 'ACCEPTED') = ${readers === 'accepted'}
    order by a.line`;
  const candidates = new Map(wave.funnel ?? []).get('CANDIDATES') ?? 0;
  return { wave: wave.id, part: part.part, notices: rows.map((row) => outgoing(wave, candidates, row)) };
}

function outgoing(wave: Wave, candidates: number, row: NoticeRow): OutgoingNotice {
  const { subject, body } = noticeText({
    wave: wave.id,
    outcome: row.outcome,
    reasons: row.reasons === '' ? [] : row.reasons.split('|'),
    fullName: row.fullName,
    candidates,
    seats: wave.quota,
    householdCap: wave.policy.household_cap,
    purchaseDays: PURCHASE_DAYS,
    asOf: wave.policy.as_of,
    ageMin: wave.policy.age.min,
    ageMax: wave.policy.age.max,
  });
  return {
    id: `${wave.id}-${row.registrationNo}-${CHANNEL}`,
    wave: wave.id,
    registration_no: row.registrationNo,
    outcome: row.outcome,
    email: row.email,
    phone: row.phone,
    subject,
    body,
  };
}
