/**
 * One wave closed by DuckDB alone: the script that one would write in place of this project, to be measured against. It
 * gives the same results, accepted, pool and rejected rows from a file with one record a line and the columns by their
 * usual names. It has no Merkle root, keeps no history, resumes nothing and notifies nobody.
 *
 *     node dist/bench/duckdb-peer.js FOLDER SEED OUT [POLICY]
 *
 * Prints one line of JSON. The registry is loaded before the wave's clock starts.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, version } from '@duckdb/node-api';
import type { Policy } from '../src/policy/policy.ts';
import { readPolicy } from '../src/policy/read.ts';
import type { Peer } from './document.ts';
import { loadRegistry, type PeerInput, waveStatements } from './peer-statements.ts';

const BYTES_PER_KB = 1024;

async function readInput([folder, seed, out, given]: readonly string[]): Promise<PeerInput> {
  if (folder === undefined || seed === undefined || out === undefined || !/^[0-9a-f]{64}$/.test(seed))
    throw new Error('usage: node duckdb-peer.js FOLDER SEED OUT [POLICY], where SEED is 64 hex digits');
  const path = given ?? join(folder, 'policy.yaml');
  const { policy } = readPolicy(await readFile(path, 'utf8'), path);
  refuseMore(policy, path);
  return { folder, seed, out, policy };
}

/** What the script does not do must not be measured as if it did. */
function refuseMore(policy: Policy, path: string): void {
  const { tickets, rules } = policy;
  const more = [
    ...(tickets.max > 1 && tickets.per_unsuccessful_wave > 0 ? ['tickets'] : []),
    ...(rules.length > 0 ? ['rules'] : []),
  ];
  if (more.length === 0) return;
  throw new Error(`${path}: the peer knows nothing of ${more.join(', ')}; measure with a policy without`);
}

/** With as many threads as there are cores, its tables on the disk. */
async function close(input: PeerInput): Promise<Peer> {
  await mkdir(input.out, { recursive: true });
  const file = join(input.out, 'peer.duckdb');
  for (const path of [file, `${file}.wal`]) await rm(path, { force: true });
  const threads = availableParallelism();
  const instance = await DuckDBInstance.create(file, { threads: String(threads) });
  const connection = await instance.connect();
  const began = performance.now();
  await connection.run(loadRegistry(input));
  const loaded = performance.now();
  for (const statement of waveStatements(input)) await connection.run(statement);
  const ended = performance.now();
  connection.closeSync();
  instance.closeSync();
  return {
    registry_ms: Math.round(loaded - began),
    wave_ms: Math.round(ended - loaded),
    threads,
    peak_memory: process.resourceUsage().maxRSS * BYTES_PER_KB,
    duckdb: version(),
  };
}

console.log(JSON.stringify(await close(await readInput(process.argv.slice(2)))));
