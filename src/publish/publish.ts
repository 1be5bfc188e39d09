/**
 * publish: in one transaction the wave's outcomes come to be seen, its figures are written, and with them the new
 * recipients and the entry of the audit log. Before it nobody sees anything of the result; after it the result stands, and
 * everybody has their notice.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Subject } from '../audit/actions.ts';
import { addEntry } from '../audit/entry.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import { dropBlocks, takeOver } from '../wave/handover.ts';
import { addRecipients } from '../wave/recipients.ts';
import type { Wave } from '../wave/record.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { countFunnel, type Funnel, refuseWrongSums } from './funnel.ts';

export const publish: Stage = { plan: async () => WHOLE, work: publishWave };

async function publishWave({ client, wave, log }: StepContext): Promise<StepResult> {
  await holdWave(client, wave);
  const funnel = await countFunnel(client, wave);
  refuseWrongSums(wave, funnel);
  const figures = JSON.stringify([...funnel]);
  // The KK is the one given: of whoever is accepted it is that of the registry too.
  await addRecipients(client, wave.id, await takeOver(client, wave.id, 'received', 0));
  await dropBlocks(client, wave.id);
  // Last of all: nobody else writes into the log before this is committed.
  const head = await addEntry(async (text, values) => (await client.query(text, values)).rows, {
    ...{ action: 'wave.published', outcome: 'done', operator: null },
    subject: publication(wave, funnel),
  });
  await client.query(
    `update wave set state = 'published', published_at = now(), funnel = $2, audit_entry = $3, audit_sha256 = $4
    where id = $1`,
    [wave.id, figures, head.entry, head.sha256],
  );
  const [applications = 0, accepted = 0] = [funnel.get('applications'), funnel.get('ACCEPTED')];
  logEvent(log, 'wave.published', { wave: wave.id, accepted });
  return {
    // One notice to every applicant.
    counts: { applications, accepted, notices: applications },
    digest: createHash('sha256').update(figures).digest('hex'),
  };
}

/** What is published, as the audit log has it. */
function publication({ id, policySha256, quota, poolRoot, seed }: Wave, funnel: Funnel): Subject {
  const figures = { policy_sha256: policySha256, quota, pool_root: poolRoot, seed };
  return { wave: id, ...figures, counts: Object.fromEntries(funnel) };
}

/** First of all, as whoever voids a wave does. @throws GelombangError CONFLICT where it was voided meanwhile. */
async function holdWave(client: pg.ClientBase, { id }: Wave): Promise<void> {
  const { rowCount } = await client.query(
    `select 1 from wave where id = $1 and state = 'closing' for update`,
    [id],
  );
  if (rowCount === 1) return;
  throw new GelombangError('CONFLICT', `wave ${id} is not being closed any more: it is not published`, {
    concerns: { wave: id },
    next: `Look at it with: gelombang wave status ${id}`,
  });
}
