/** The database server that all tests share: its addresses, and databases that come and go. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { ServerAddress } from '../../src/embedded/server.ts';

/** The URL of a server, or of another database on the server of a URL. A unix socket's folder is the host, encoded. */
export function urlOf(server: ServerAddress | string, database?: string): string {
  if (typeof server === 'string') {
    const url = new URL(server);
    if (database !== undefined) url.pathname = `/${database}`;
    return url.href;
  }
  const { user, password, host, port } = server;
  const account = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return `postgres://${account}@${encodeURIComponent(host)}:${port}/${database ?? server.database}`;
}

export function randomName(purpose: string): string {
  return `gelombang_${purpose}_${randomBytes(6).toString('hex')}`;
}

/** Whoever is still connected to it is put out. */
export function dropDatabase(serverUrl: string, name: string): Promise<void> {
  return runOnServer(serverUrl, `drop database if exists ${name} with (force)`);
}

export async function runOnServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
