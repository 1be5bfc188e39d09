/** Requests: what one person has asked for, and what another one said. */
import type { Queryable } from '../db/database.ts';
import { isoTime } from '../db/time.ts';
import { GelombangError } from '../errors.ts';
import type { Matter } from './matter.ts';

/** `open`: nobody has decided. `used`: it was approved, and what was asked for is done. */
export type RequestState = 'open' | 'approved' | 'refused' | 'used';

export interface ApprovalRequest extends Matter {
  readonly request: number;
  readonly state: RequestState;
  readonly reason: string | null;
  readonly asked_by: string;
  /** The account of the database: it has to be another one for who decides. */
  readonly asked_login: string;
  readonly asked_at: string;
  readonly decided_by: string | null;
  readonly decided_login: string | null;
  readonly decided_at: string | null;
  readonly decision_reason: string | null;
  readonly used_at: string | null;
}

export interface RequestChoice {
  /** With those that are settled: refused, or used up. */
  readonly all?: boolean;
  readonly wave?: number;
  readonly request?: number;
}

/** In the order in which they were asked. */
export async function readRequests(
  sql: Queryable,
  { all = false, wave, request }: RequestChoice = {},
): Promise<readonly ApprovalRequest[]> {
  const found = await sql<ApprovalRequest[]>`
    select id as request, action, subject::json as subject,
      case when used_at is not null then 'used' else coalesce(decision, 'open') end as state,
      reason, asked_by, asked_login, asked_at, decided_by, decided_login, decided_at, decision_reason, used_at
    from request
    where ${request === undefined ? sql`true` : sql`id = ${request}`}
      and ${wave === undefined ? sql`true` : sql`subject::jsonb -> 'wave' = to_jsonb(${wave}::int)`}
      and ${all ? sql`true` : sql`used_at is null and decision is distinct from 'refused'`}
    order by id`;
  return found.map((row) => ({
    ...row,
    asked_at: isoTime(row.asked_at),
    decided_at: isoTime(row.decided_at),
    used_at: isoTime(row.used_at),
  }));
}

/** @throws GelombangError INPUT_REFUSED where there is none of that number. */
export async function readRequest(sql: Queryable, request: number): Promise<ApprovalRequest> {
  const [found] = await readRequests(sql, { all: true, request });
  if (found !== undefined) return found;
  throw new GelombangError('INPUT_REFUSED', `there is no request ${request}`, {
    concerns: { request },
    next: 'Look at all of them with: gelombang request list --all',
  });
}
