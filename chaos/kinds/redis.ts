/** Redis is emptied, restarted, or answers nobody for a while. */
import { setTimeout as pause } from 'node:timers/promises';
import { CLOSE, expectGoneOn } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { momentIn, startWith, timeIn } from '../moments.ts';
import type { RedisServer } from '../redis-server.ts';
import { startWorker, stopWorker } from '../workers.ts';

const LONGEST_AWAY = 3_000;
/** Beyond the quarter of a minute after which a worker takes silence for a loss. */
const LONGEST_FROZEN = 24_000;

const WAYS = ['emptied', 'restarted', 'frozen'] as const;
type Way = (typeof WAYS)[number];

export const redis: Kind = {
  name: 'redis',
  about: 'Redis emptied, restarted, frozen',
  usual: 10,
  backends: ['redis'],
  stand: () => ({ ownRedis: true }),
  run: breakRedis,
};

async function breakRedis({ chance, rig, reference }: Case): Promise<void> {
  const server = rig.redis;
  if (server === undefined) throw new Error('this kind needs Redis');
  const way = chance.of(WAYS);
  const away = chance.below(way === 'frozen' ? LONGEST_FROZEN : LONGEST_AWAY);
  const worker = chance.hits(5000) ? await startWorker(rig) : undefined;
  // Beside a worker the close itself asks for little.
  const moment =
    worker === undefined ? momentIn(chance, rig, reference, ['after']) : timeIn(chance, reference);
  const { program, done } = await startWith(rig, CLOSE, moment, () => goAndReturn(server, way, away));
  rig.did(`${way}, for ${away} ms${worker === undefined ? '' : ', with a worker beside'}`);
  await done;
  await expectGoneOn(rig, program);
  if (worker !== undefined) await stopWorker(rig, worker);
}

async function goAndReturn(server: RedisServer, way: Way, away: number): Promise<void> {
  if (way === 'emptied') return server.flush();
  if (way === 'frozen') {
    server.freeze();
    await pause(away);
    return server.thaw();
  }
  await server.kill();
  await pause(away);
  await server.start();
}
