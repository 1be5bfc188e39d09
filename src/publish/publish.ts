/**
 * publish: in one transaction the outcome of every application, the notice to every person, the new recipients and
 * the wave's figures. Before it nobody sees anything of the result; after it the result stands.
 */
import type { Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
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
  await clear(sql, wave);
  const digest = await writeOutcomes(sql, wave);
  const funnel = await countFunnel(sql, wave);
  refuseWrongSums(wave, funnel);
  const notices = await writeNotices(sql, wave);
  await writeRecipients(sql, wave);
  await sql`
    update wave set state = 'published', published_at = now(), funnel = ${JSON.stringify([...funnel])}::jsonb
    where id = ${wave.id} and state = 'closing'`;
  const accepted = funnel.get('ACCEPTED') ?? 0;
  logEvent(log, 'wave.published', { wave: wave.id, accepted });
  return { counts: { applications: funnel.get('applications') ?? 0, accepted, notices }, digest };
}

async function clear(sql: Transaction, wave: Wave): Promise<void> {
  await sql`delete from notice where wave_id = ${wave.id}`;
  await sql`delete from outcome where wave_id = ${wave.id}`;
}

async function writeOutcomes(sql: Transaction, wave: Wave): Promise<string> {
  const { digest } = await one(
    sql<{ digest: string }[]>`
      with written as (
        insert into outcome (wave_id, registration_no, outcome)
        select f.wave_id, f.registration_no,
          case when f.tier is null then 'INELIGIBLE'
            when c.rank is null then 'HOUSEHOLD_CAP'
            when c.rank <= ${wave.quota} then 'ACCEPTED'
            else 'NOT_DRAWN' end
        from filter_result f
          left join candidate c on c.wave_id = f.wave_id and c.registration_no = f.registration_no
        where f.wave_id = ${wave.id}
        order by f.registration_no
        returning *
      )
      select coalesce(sum(hash_record_extended(written, 0)), 0)::text as digest from written`,
    'the outcomes written',
  );
  return digest;
}

/** The accepted first: notices go out in the order of their ids. */
async function writeNotices(sql: Transaction, wave: Wave): Promise<number> {
  const written = await sql`
    insert into notice (wave_id, registration_no, channel)
    select wave_id, registration_no, ${CHANNEL} from outcome where wave_id = ${wave.id}
    order by outcome <> 'ACCEPTED', registration_no`;
  return written.count;
}

async function writeRecipients(sql: Transaction, wave: Wave): Promise<void> {
  await sql`
    insert into recipient (nik, wave, kk)
    select a.nik, a.wave_id, a.kk from outcome o
      join application a on a.wave_id = o.wave_id and a.registration_no = o.registration_no
    where o.wave_id = ${wave.id} and o.outcome = 'ACCEPTED'
    on conflict (nik, wave) do nothing`;
}
