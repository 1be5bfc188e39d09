/** The connections for COPY, and how they are cut: node-postgres has no way of its own for that. */
import type { Socket } from 'node:net';
import type { Keys } from '../keys/keys.ts';
import pg from '../node-postgres.ts';

export interface CopyPool {
  readonly pool: pg.Pool;
  /** At once, those too that are lent: what is under way on them fails. */
  cut(): void;
}

/** Each connection carries the keys. */
export function openCopyPool(config: pg.PoolConfig, connections: number, keys: Keys): CopyPool {
  const pool = new pg.Pool({
    ...config,
    max: connections,
    application_name: 'gelombang copy',
    Client: class extends pg.Client {
      readonly keys = keys;
    },
  });
  // An idle connection that the server drops is replaced at the next use; the query that was under way has its own error.
  pool.on('error', () => {});
  const open = new Set<pg.PoolClient>();
  pool.on('connect', (client) => {
    // The same while it is in use: without a listener the loss of a connection would end the process.
    client.on('error', () => {});
    open.add(client);
  });
  pool.on('remove', (client) => open.delete(client));
  const cut = () => {
    for (const client of open) streamOf(client)?.destroy();
  };
  return { pool, cut };
}

function streamOf(client: pg.PoolClient): Socket | undefined {
  return (client as unknown as { connection?: { stream?: Socket } }).connection?.stream;
}
