/** PostgreSQL goes away in the middle of a close, in one way or another, and comes back. */
import { setTimeout as pause } from 'node:timers/promises';
import { readPostmaster } from '../../src/embedded/postmaster.ts';
import { CLOSE, expectGoneOn } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { momentIn, startWith, timeIn } from '../moments.ts';
import { childrenOf, happensWithin, killQuietly } from '../processes.ts';
import type { Program } from '../programs.ts';
import type { Rig } from '../rig.ts';
import { startWorker, stopWorker } from '../workers.ts';

/** Milliseconds from its return until the wave has to be through. */
const LONGEST_RETURN = 30_000;
const LONGEST_AWAY = 4_000;

const WAYS = ['killed', 'its first process killed', 'immediate', 'restarted', 'a session killed'] as const;
type Way = (typeof WAYS)[number];

export const postgres: Kind = {
  name: 'postgres',
  about: 'PostgreSQL killed, stopped at once, restarted; its own or the one that comes along',
  usual: 12,
  stand: (chance) => ({ server: chance.hits(3000) ? 'embedded' : 'own' }),
  run: async (one) => {
    if (one.rig.stand.server === 'embedded') await killEmbedded(one);
    else await breakServer(one);
  },
};

async function breakServer({ chance, rig, reference }: Case): Promise<void> {
  const way = chance.of(WAYS);
  const away = chance.below(LONGEST_AWAY);
  const worker = chance.hits(4000) ? await startWorker(rig) : undefined;
  // Beside a worker the close itself asks for little.
  const moment = worker === undefined ? momentIn(chance, rig, reference) : timeIn(chance, reference);
  const { program, done } = await startWith(rig, CLOSE, moment, () => goAndReturn(rig, way, away));
  rig.did(`${way}, away for ${away} ms${worker === undefined ? '' : ', with a worker beside'}`);
  await done;
  await expectGoneOnInTime(rig, program);
  if (worker !== undefined) await stopWorker(rig, worker);
}

async function goAndReturn(rig: Rig, way: Way, away: number): Promise<void> {
  const { server } = rig;
  if (way === 'a session killed') {
    await server.killBackend(rig.database);
    return;
  }
  if (way === 'killed') await server.kill();
  else if (way === 'its first process killed') await server.killPostmaster();
  else if (way === 'immediate') await server.immediate();
  else await server.stop();
  await pause(away);
  await server.start();
}

/** Whoever still needs it starts it again. */
async function killEmbedded({ chance, rig, reference }: Case): Promise<void> {
  const moment = { of: 'time', milliseconds: 200 + chance.below(Math.ceil(reference.milliseconds)) } as const;
  const whole = chance.hits(5000);
  const { program, done } = await startWith(rig, CLOSE, moment, async () => {
    // It may just be about to start.
    await happensWithin(LONGEST_RETURN, async () => (await readPostmaster(rig.server.place)) !== undefined);
    const { pid = 0 } = (await readPostmaster(rig.server.place)) ?? {};
    rig.did(`the embedded server was killed${whole ? ' with all its processes' : ''}`);
    const children = whole ? childrenOf(pid) : [];
    for (const each of [pid, ...children]) killQuietly(each, 'SIGKILL');
  });
  await done;
  await expectGoneOnInTime(rig, program);
}

async function expectGoneOnInTime(rig: Rig, close: Program): Promise<void> {
  const returned = performance.now();
  await expectGoneOn(rig, close);
  const took = performance.now() - returned;
  if (took > LONGEST_RETURN)
    rig.fault(`${Math.round(took / 1000)} seconds from the return of PostgreSQL until the wave was through`);
}
