/** Notices as if they had been handed over, and what is known of them. */
import type { Database } from '../../../src/db/database.ts';

export interface Kept {
  readonly state: string;
  readonly reason?: string | null;
  readonly reference?: string | null;
}

/** @param notices Id, such as `17-REG-1-sms` → what is known of it. */
export async function keep({ sql }: Database, notices: Readonly<Record<string, Kept>>): Promise<void> {
  for (const [id, { state, reason = null, reference = null }] of Object.entries(notices)) {
    const [, wave = '', number = '', channel = ''] = /^(\d+)-(.+)-([a-z]+)$/.exec(id) ?? [];
    await sql`
      insert into notice (wave_id, registration_no, channel, state, reason, reference)
      values (${Number(wave)}, ${number}, ${channel}, ${state}, ${reason}, ${reference})`;
  }
}

/** Id → state, with the reason behind it where there is one. */
export async function kept({ sql }: Database): Promise<Record<string, string>> {
  const rows = await sql<{ id: string; said: string }[]>`
    select wave_id || '-' || registration_no || '-' || channel as id, concat_ws(': ', state, reason) as said
    from notice`;
  return Object.fromEntries(rows.map(({ id, said }) => [id, said]));
}
