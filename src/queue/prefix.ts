import { createHash } from 'node:crypto';
import type { Sql } from '../db/database.ts';
import { one } from '../db/rows.ts';

/**
 * Under which keys this installation's queue lives in Redis. Two databases that share one Redis must not take each
 * other's jobs: a job is only a wave's number and a part's. In braces, so that a cluster keeps the keys together.
 */
export async function queuePrefix(sql: Sql): Promise<string> {
  const { name } = await one(
    sql<{ name: string }[]>`select id || ' ' || current_database() as name from installation`,
    'the installation',
  );
  return `{gelombang-${createHash('sha256').update(name).digest('hex').slice(0, 12)}}`;
}
