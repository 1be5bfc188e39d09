/** The notices of one step, with their texts. */
import type { Queryable, Transaction } from '../db/database.ts';
import type { Wave } from '../wave/record.ts';
import type { PartBounds } from '../wave/stage.ts';
import type { NoticeBatch, OutgoingNotice } from './port.ts';
import { type NoticeFacts, noticeText } from './wording.ts';

/** Days in which the first training is to be bought (Permenko 11/2020, article 20). */
const PURCHASE_DAYS = 30;

/** The condition that a notice belongs to the part. */
export function inBatch(sql: Queryable, wave: Wave, part: PartBounds) {
  const from = part.lower === null ? sql`` : sql`and notice.id >= ${part.lower}::bigint`;
  const to = part.upper === null ? sql`` : sql`and notice.id < ${part.upper}::bigint`;
  return sql`notice.wave_id = ${wave.id} ${from} ${to}`;
}

interface NoticeRow {
  id: number;
  registrationNo: string;
  outcome: NoticeFacts['outcome'];
  reasons: string[];
  fullName: string;
  email: string;
  phone: string;
}

/** In the order of their ids, whatever their state. */
export async function readBatch(
  sql: Transaction,
  wave: Wave,
  part: PartBounds & { readonly part: number },
): Promise<NoticeBatch> {
  const rows = await sql<NoticeRow[]>`
    select notice.id::float8 as id, notice.registration_no as "registrationNo", o.outcome, o.reasons,
      a.full_name as "fullName", a.email, a.phone
    from notice
      join outcome o on o.wave_id = notice.wave_id and o.registration_no = notice.registration_no
      join application a on a.wave_id = notice.wave_id and a.registration_no = notice.registration_no
    where ${inBatch(sql, wave, part)}
    order by notice.id`;
  const candidates = new Map(wave.funnel ?? []).get('CANDIDATES') ?? 0;
  return { wave: wave.id, part: part.part, notices: rows.map((row) => outgoing(wave, candidates, row)) };
}

function outgoing(wave: Wave, candidates: number, row: NoticeRow): OutgoingNotice {
  const { subject, body } = noticeText({
    wave: wave.id,
    outcome: row.outcome,
    reasons: row.reasons,
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
    id: row.id,
    wave: wave.id,
    registration_no: row.registrationNo,
    outcome: row.outcome,
    email: row.email,
    phone: row.phone,
    subject,
    body,
  };
}
