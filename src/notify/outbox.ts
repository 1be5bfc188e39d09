/** What the ledger says of the notices of a batch, and how that is changed: each statement only under the lease of its step. */
import { createHash } from 'node:crypto';
import type { Queryable } from '../db/database.ts';
import { one } from '../db/rows.ts';
import type { GatewayChannel } from '../wave/channels.ts';
import type { NoticeState } from './port.ts';
import type { Texts } from './texts.ts';

export interface OutboxOf {
  readonly waveId: number;
  readonly channel: GatewayChannel;
  readonly part: number;
  /** Of the step's lease. */
  readonly token: number;
  /** The texts that the notices are made of. */
  readonly wording: number;
}

/** What is known of a notice that was begun. */
export interface Begun {
  readonly state: NoticeState | 'sending';
  /** Milliseconds since 1970, before which it is not tried again. */
  readonly due: number | undefined;
}

/** What came of an attempt. */
export interface Settled {
  readonly number: string;
  readonly state: NoticeState;
  readonly reason?: string | undefined;
  readonly reference?: string | undefined;
  /** Milliseconds since 1970. */
  readonly due?: number | undefined;
  /** It was no attempt of the notice's own. */
  readonly isUndone?: boolean;
}

export class Outbox {
  readonly #sql: Queryable;
  readonly #of: OutboxOf;

  constructor(sql: Queryable, of: OutboxOf) {
    this.#sql = sql;
    this.#of = of;
  }

  /** By registration number; those that are not there were never begun. */
  async read(numbers: readonly string[]): Promise<Map<string, Begun>> {
    const { waveId, channel } = this.#of;
    const rows = await this.#sql<{ number: string; state: Begun['state']; due: number | null }[]>`
      select registration_no as number, state, (extract(epoch from due_at) * 1000)::float8 as due from notice
      where wave_id = ${waveId} and channel = ${channel} and registration_no = any(${numbers as string[]})`;
    return new Map(rows.map(({ number, state, due }) => [number, { state, due: due ?? undefined }]));
  }

  /**
   * Marks notices as being handed over. Committed before any of them is.
   * @returns Registration number → which attempt it is, of those that nobody else is at, and that are not through.
   */
  async mark(numbers: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { waveId, channel, part, token, wording } = this.#of;
    const rows = await this.#sql<{ number: string; attempts: number }[]>`
      with mine as materialized (select from lease where wave_id = ${waveId} and token = ${token} for share)
      insert into notice (wave_id, registration_no, channel, state, part, wording)
      select ${waveId}, number, ${channel}, 'sending', ${part}, ${wording} from unnest(${numbers as string[]}::text[]) as number
      where exists (select from mine)
      on conflict (wave_id, registration_no, channel) do update set state = 'sending', attempts = notice.attempts + 1,
        wording = excluded.wording, part = excluded.part, changed_at = now(), due_at = null
        where notice.state = 'created'
      returning registration_no as number, attempts`;
    return new Map(rows.map(({ number, attempts }) => [number, attempts]));
  }

  /**
   * A report of the other side may have been sooner: what it says stands. The disk is not waited for: what a server that fails in this
   * moment forgets is unknown, and not sent twice. The numbers are named once more: of a wave that has no statistics yet, the join alone
   * read all of its notices.
   */
  async write(settled: readonly Settled[]): Promise<void> {
    if (settled.length === 0) return;
    const { waveId, channel, token } = this.#of;
    const numbers = settled.map((one) => one.number);
    const due = settled.map((one) => (one.due === undefined ? null : new Date(one.due).toISOString()));
    await this.#sql`
      with hurry as materialized (select set_config('synchronous_commit', 'off', true)),
      mine as materialized (select from lease where wave_id = ${waveId} and token = ${token} for share)
      update notice set state = said.state, reason = said.reason, reference = coalesce(said.reference, notice.reference),
        due_at = said.due::timestamptz, attempts = notice.attempts - said.undone, changed_at = now()
      from unnest(${numbers}::text[], ${settled.map((one) => one.state)}::text[],
        ${settled.map((one) => one.reason ?? null)}::text[], ${settled.map((one) => one.reference ?? null)}::text[],
        ${due}::text[], ${settled.map((one) => Number(one.isUndone ?? false))}::int[])
        as said (number, state, reason, reference, due, undone)
      where exists (select from hurry) and exists (select from mine) and wave_id = ${waveId} and channel = ${channel}
        and registration_no = said.number and registration_no = any(${numbers}) and notice.state = 'sending'`;
  }
}

/** The number under which these texts are kept; they are, from the first time on that they are asked for. */
export async function wordingOf(sql: Queryable, { channel, document }: Texts): Promise<number> {
  const sha256 = createHash('sha256').update(document).digest('hex');
  await sql`
    insert into wording (channel, sha256, texts) select ${channel}, ${sha256}, ${document}::jsonb
    where not exists (select from wording where channel = ${channel} and sha256 = ${sha256}) on conflict do nothing`;
  const { id } = await one(
    sql<{ id: number }[]>`select id from wording where channel = ${channel} and sha256 = ${sha256}`,
    'the texts',
  );
  return id;
}

/** State → how many; delivered ones were sent. */
export function countsOf(known: Iterable<Begun>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { state } of known) {
    const name = state === 'delivered' ? 'sent' : state;
    if (name !== 'created') counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

/** Of what became of them, in their order. */
export function digestOf(numbers: readonly string[], known: ReadonlyMap<string, Begun>): string {
  const digest = createHash('sha256');
  for (const number of numbers) digest.update(`${number} ${known.get(number)?.state}\n`);
  return digest.digest('hex');
}
