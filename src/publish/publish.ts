/**
 * publish: in one transaction the wave's outcomes come to be seen, its figures are written, and with them the new
 * recipients. Before it nobody sees anything of the result; after it the result stands, and everybody has their notice.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { logEvent } from '../events.ts';
import type { Wave } from '../wave/record.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { dropBlocks } from '../wave/stage-blocks.ts';
import { countFunnel, refuseWrongSums } from './funnel.ts';

export const publish: Stage = { plan: async () => WHOLE, work: publishWave };

async function publishWave({ client, wave, log }: StepContext): Promise<StepResult> {
  const funnel = await countFunnel(client, wave);
  refuseWrongSums(wave, funnel);
  const figures = JSON.stringify([...funnel]);
  await client.query(
    `update wave set state = 'published', published_at = now(), funnel = $2 where id = $1 and state = 'closing'`,
    [wave.id, figures],
  );
  await writeRecipients(client, wave);
  await dropBlocks(client, wave.id);
  const [applications = 0, accepted = 0] = [funnel.get('applications'), funnel.get('ACCEPTED')];
  logEvent(log, 'wave.published', { wave: wave.id, accepted });
  return {
    // One notice to every applicant.
    counts: { applications, accepted, notices: applications },
    digest: createHash('sha256').update(figures).digest('hex'),
  };
}

async function writeRecipients(client: pg.ClientBase, wave: Wave): Promise<void> {
  await client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.recipients]);
  // In the order of the primary key, which costs half of what any other order does. The KK is the one given: of
  // whoever is accepted it is that of the registry too.
  await client.query(
    `insert into recipient (nik, wave, kk)
    select nik, wave_id, kk from outcome where wave_id = $1 and outcome = 'ACCEPTED'
    order by nik::bigint % 251, nik
    on conflict do nothing`,
    [wave.id],
  );
}
