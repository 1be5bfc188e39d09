// A process that joins the embedded server under the home given: `hold` until its input ends, or `churn` N times.
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { joinEmbeddedServer } from '../../dist/src/embedded/server.js';

const [home, mode, times] = process.argv.slice(2);

async function startedAt(address) {
  const client = new pg.Client(address);
  await client.connect();
  const { rows } = await client.query('select pg_postmaster_start_time()::text as at');
  await client.end();
  return rows[0].at;
}

if (mode === 'churn') {
  for (let i = 0; i < Number(times); i++) {
    const server = await joinEmbeddedServer(home);
    await startedAt(server.address);
    await pause(Math.random() * 20);
    await server.release();
    await pause(Math.random() * 60);
  }
} else {
  const server = await joinEmbeddedServer(home);
  process.stdout.write(
    `${JSON.stringify({ ...server.address, startedAt: await startedAt(server.address) })}\n`,
  );
  for await (const _ of process.stdin);
  await server.release();
}
