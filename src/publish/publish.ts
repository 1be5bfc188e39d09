/**
 * publish: in one transaction the wave's outcomes come to be seen, its figures are written, and with them the notice to
 * every person and the new recipients. Before it nobody sees anything of the result; after it the result stands.
 */
import { createHash } from 'node:crypto';
import type { Transaction } from '../db/database.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { logEvent } from '../events.ts';
import type { Wave } from '../wave/record.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { countFunnel, refuseWrongSums } from './funnel.ts';

export const publish: Stage = {
  plan: async (sql) => {
    await sql`analyze candidate (wave_id, registration_no)`;
    return WHOLE;
  },
  work: publishWave,
};

/** Where a notice goes without a gateway: the port that writes JSON lines to a file. */
const CHANNEL = 'file';

async function publishWave({ sql, wave, log }: StepContext): Promise<StepResult> {
  await sql`
    update wave set state = 'published', published_at = now() where id = ${wave.id} and state = 'closing'`;
  const funnel = await countFunnel(sql, wave);
  refuseWrongSums(wave, funnel);
  const figures = JSON.stringify([...funnel]);
  await sql`update wave set funnel = ${figures}::jsonb where id = ${wave.id}`;
  const notices = await writeNotices(sql, wave);
  await writeRecipients(sql, wave);
  const accepted = funnel.get('ACCEPTED') ?? 0;
  logEvent(log, 'wave.published', { wave: wave.id, accepted });
  return {
    counts: { applications: funnel.get('applications') ?? 0, accepted, notices },
    digest: createHash('sha256').update(figures).digest('hex'),
  };
}

/** The accepted first: notices go out in the order of their ids. */
async function writeNotices(sql: Transaction, wave: Wave): Promise<number> {
  await sql`delete from notice where wave_id = ${wave.id}`;
  const written = await sql`
    insert into notice (wave_id, registration_no, channel)
    select wave_id, registration_no, ${CHANNEL} from outcome where wave_id = ${wave.id}
    order by outcome <> 'ACCEPTED', registration_no`;
  return written.count;
}

async function writeRecipients(sql: Transaction, wave: Wave): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TRANSACTION_LOCKS.recipients}, 0)`;
  await sql`
    insert into recipient (nik, wave, kk)
    select a.nik, a.wave_id, a.kk from outcome o
      join application a on a.wave_id = o.wave_id and a.registration_no = o.registration_no
    where o.wave_id = ${wave.id} and o.outcome = 'ACCEPTED'
    on conflict (nik, wave) do nothing`;
}
