/** No room: on the database's disk, where notices and exports are written, among the server's connections. */
import { join } from 'node:path';
import pg from 'pg';
import type { Chance } from '../../fixtures/chance.ts';
import { WAVE } from '../base.ts';
import { CLOSE, closeUntilThrough, isThrough, saidBy, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { makeRoom, whyNoMount } from '../mounts.ts';
import type { Ended } from '../programs.ts';
import type { Rig } from '../rig.ts';
import type { Stand } from '../stand.ts';

/** Kilobytes. A wave takes some megabytes of a database; its notices and its export a few hundred kilobytes. */
const MUCH = 900 << 10;
const FOR_DATABASE = [128, 512, 1024, 2048, 4096, 8192, 12288, 16384] as const;
const FOR_FILES = 40;
const FOR_CONNECTIONS = 18;

export const room: Kind = {
  name: 'room',
  about: "the database's disk, or that of notices and exports, is full; all connections are taken",
  usual: 9,
  stand: (chance) => standOf(chance),
  lacks: ({ folder }) => whyNoMount(folder),
  run: async (one) => {
    const { server, room: size } = one.rig.stand;
    if (server === 'shared') await fillFiles(one);
    else if (size === undefined) await takeConnections(one);
    else await fillDatabase(one);
  },
};

function standOf(chance: Chance): Partial<Stand> {
  const way = chance.below(3);
  if (way === 0) return { server: 'own', room: chance.of(FOR_DATABASE) };
  if (way === 1) return { server: 'shared', room: FOR_FILES + 16 * chance.below(20) };
  return { server: 'own', settings: { max_connections: String(FOR_CONNECTIONS) } };
}

/** A command that has no room has to end and say so, in words. */
function judge(rig: Rig, ended: Ended): void {
  if (isThrough(ended)) {
    rig.did('there was room enough');
    return;
  }
  rig.broke(`no room: ${ended.signal ?? ended.code}, ${wordsOf(ended)}`);
  const { error } = saidBy(ended);
  if (ended.signal === undefined && (error === undefined || /something unexpected/.test(error.message)))
    rig.fault(`without room it ended with ${ended.code}, and has no words for it: ${wordsOf(ended)}`);
}

async function fillDatabase({ rig }: Case): Promise<void> {
  judge(rig, await rig.run(CLOSE));
  await makeRoom(rig.folder, MUCH);
  // A server that could not write its log of changes has ended.
  if (!(await answers(rig))) {
    rig.did('the server had ended, and is started again');
    await rig.server.kill();
    await rig.server.start();
  }
  await closeUntilThrough(rig);
}

async function answers(rig: Rig): Promise<boolean> {
  return rig.server.ask('select 1').then(
    () => true,
    () => false,
  );
}

async function fillFiles({ rig }: Case): Promise<void> {
  judge(rig, await rig.run(CLOSE));
  const args = ['export', String(WAVE), '--out', join(rig.folder, 'export'), '--json'];
  const tight = await rig.run(args);
  if (tight.code !== 4) judge(rig, tight);
  await makeRoom(rig.folder, MUCH);
  await closeUntilThrough(rig);
}

async function takeConnections({ chance, rig }: Case): Promise<void> {
  // Three are kept for whoever administers the server.
  const taken = 6 + chance.below(FOR_CONNECTIONS - 8);
  const others = Array.from(
    { length: taken },
    () => new pg.Client({ connectionString: rig.server.url('postgres'), application_name: 'chaos' }),
  );
  for (const other of others) {
    other.on('error', () => {});
    await other.connect();
  }
  judge(rig, await rig.run(CLOSE));
  for (const other of others) await other.end();
  await closeUntilThrough(rig);
}
