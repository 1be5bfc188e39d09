/** The connections for COPY, and how they are cut: node-postgres has no way of its own for that. */
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import type { Keys } from '../keys/keys.ts';
import pg from '../node-postgres.ts';

const COPIER = 'gelombang copy';

/** Of sessions that COPY, as the server shows them to everybody: whose they are. */
function copierName(): string {
  return `${COPIER}, process ${process.pid} on ${hostname()}`;
}

/** Whose a session is, by its name: `process 4711 on host`; undefined where it is none that copies. */
export function copierOf(applicationName: string): string | undefined {
  return applicationName.startsWith(`${COPIER}, `) ? applicationName.slice(COPIER.length + 2) : undefined;
}

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
    application_name: copierName(),
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
