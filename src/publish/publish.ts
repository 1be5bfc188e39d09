/**
 * publish: in one transaction the wave's outcomes come to be seen, its figures are written, and with them the new
 * recipients. Before it nobody sees anything of the result; after it the result stands, and everybody has their notice.
 */
import { createHash } from 'node:crypto';
import { logEvent } from '../events.ts';
import { addRecipients } from '../wave/recipients.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { dropBlocks, takeOver } from '../wave/stage-blocks.ts';
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
  // The KK is the one given: of whoever is accepted it is that of the registry too.
  await addRecipients(client, wave.id, await takeOver(client, wave.id, 'received', 0));
  await dropBlocks(client, wave.id);
  const [applications = 0, accepted = 0] = [funnel.get('applications'), funnel.get('ACCEPTED')];
  logEvent(log, 'wave.published', { wave: wave.id, accepted });
  return {
    // One notice to every applicant.
    counts: { applications, accepted, notices: applications },
    digest: createHash('sha256').update(figures).digest('hex'),
  };
}
