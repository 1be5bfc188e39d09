/**
 * publish: in one transaction the wave's outcomes come to be seen, its figures are written, and with them the new
 * recipients. Before it nobody sees anything of the result; after it the result stands, and everybody has their notice.
 */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import { BUCKETS, writeDigits } from '../columns/identity.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { logEvent } from '../events.ts';
import type { Wave } from '../wave/record.ts';
import { type Stage, type StepContext, type StepResult, WHOLE } from '../wave/stage.ts';
import { dropBlocks, takeOver } from '../wave/stage-blocks.ts';
import { countFunnel, refuseWrongSums } from './funnel.ts';

export const publish: Stage = { plan: async () => WHOLE, work: publishWave };

const NIK_DIGITS = 16;
/** Rows between two looks at whether enough is gathered to be sent. */
const BATCH = 1_024;

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

/** The accepted of all ranges. The KK is the one given: of whoever is accepted it is that of the registry too. */
async function writeRecipients(client: pg.ClientBase, wave: Wave): Promise<void> {
  const { rows, of } = await takeOver(client, wave.id, 'received', 0);
  await client.query('create temporary table received (nik text, kk text) on commit drop');
  const incoming = new BinaryRowsIn(client, 'received (nik, kk)');
  const digits = new Uint8Array(NIK_DIGITS);
  for (let row = 0; row < rows; row++) {
    incoming.begin(2);
    incoming.bytes(digits, 0, writeDigits(of.nikHigh[row] as number, of.nikLow[row] as number, digits, 0));
    incoming.bytes(digits, 0, writeDigits(of.kkHigh[row] as number, of.kkLow[row] as number, digits, 0));
    if (row % BATCH === 0) await incoming.send();
  }
  await incoming.end();
  await client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.recipients]);
  // In the order of the primary key, which costs half of what any other order does.
  await client.query(
    `insert into recipient (nik, wave, kk) select nik, $1, kk from received
    order by nik::bigint % ${BUCKETS}, nik collate "C"
    on conflict do nothing`,
    [wave.id],
  );
}
