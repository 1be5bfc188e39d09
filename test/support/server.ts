/** The database server that all tests share: its addresses, and databases that come and go. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The URL of another database on the server of a URL. */
export function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
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
