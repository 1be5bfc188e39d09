/** What an application was held against: the versions of the registry and the lists, and the places that were known to be received. */
import type pg from 'pg';
import { bucketOf, halvesOf } from '../columns/identity.ts';
import type { Queryable } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { matchSourceOf, reuseDaysOf } from '../policy/policy.ts';
import type { KnownAnswer } from '../registry/answers.ts';
import { recipientBlocks } from '../wave/recipients.ts';
import type { Wave } from '../wave/record.ts';
import { referencesOf } from '../wave/references.ts';
import type { Explanation, Registry } from './explanation.ts';

/** What the registry says of an application, as it was read. */
export interface Says {
  /** Of the registry, as `versionOf` gives it. */
  readonly version: number | null;
  readonly answer: KnownAnswer | undefined;
}

/** @throws GelombangError UNEXPECTED where a wave that needs a snapshot was closed with none. */
export async function readHeldAgainst(
  sql: Queryable,
  wave: Wave,
  says: Says,
): Promise<Pick<Explanation, 'registry' | 'lists'>> {
  const { version } = says;
  const { registry, answers = [], lists } = await referencesOf(sql, wave);
  const snapshot = registry === null || version === null ? null : { version, ...registry };
  const file = snapshot ?? answers.find((answered) => answered.version === version) ?? null;
  return { registry: registryOf(wave, file, says.answer), lists };
}

function registryOf(
  { id, policy }: Wave,
  file: (Registry & { source: 'exchange' })['answers'],
  answer: KnownAnswer | undefined,
): Registry {
  const source = matchSourceOf(policy);
  const reuse_days = reuseDaysOf(policy);
  if (source === 'exchange') return { source, reuse_days, answers: file };
  if (source === 'dukcapil') {
    const told = answer === undefined ? null : { code: answer.code, answered_at: answer.answeredAt };
    return { source, reuse_days, answer: told, snapshot: file };
  }
  if (file === null) throw new GelombangError('UNEXPECTED', `wave ${id} was closed with no snapshot`);
  return { source, ...file };
}

/** The waves in which the person received a place, of those that counted when the wave was closed; in order. */
export async function wavesReceived(
  client: pg.ClientBase,
  wave: Wave,
  nik: string,
): Promise<readonly number[]> {
  const [high, low] = halvesOf(nik);
  const bucket = bucketOf(high, low);
  const waves = new Set<number>();
  for await (const { columns } of recipientBlocks(client, [bucket, bucket + 1], wave)) {
    const { nikHigh, nikLow, wave: received } = columns.of;
    for (let row = 0; row < columns.rows; row++) {
      if (nikHigh[row] === high && nikLow[row] === low) waves.add(received[row] as number);
    }
  }
  return [...waves].sort((one, other) => one - other);
}
