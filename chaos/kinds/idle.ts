/** A worker that lives and takes nothing although steps wait: it is called unhealthy, and not waited for. */
import { CLOSE, closeUntilThrough, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { happensWithin } from '../processes.ts';
import type { ServerProxy } from '../proxy/proxy.ts';
import { isOfQueue } from '../queue-calls.ts';
import type { Rig } from '../rig.ts';
import { startWorker, stopWorker } from '../workers.ts';

/** Milliseconds: two minutes are promised, and a sign of life is given every five seconds. */
const LONGEST_IDLE = 150_000;
const LONGEST_PLAN = 60_000;

export const idle: Kind = {
  name: 'idle',
  about: 'a worker lives and gets nothing from the queue for two minutes although steps wait',
  usual: 2,
  run: starve,
};

async function starve({ rig }: Case): Promise<void> {
  const isRedis = rig.backend === 'redis';
  const proxy = isRedis ? await rig.redisProxy() : await rig.sqlProxy();
  const worker = await startWorker(rig, isRedis ? { queue: proxy } : { database: proxy });
  holdBack(rig, proxy);
  await planAndDie(rig);
  const isTold = await happensWithin(LONGEST_IDLE, async () => worker.said.includes('"worker.idle"'), 500);
  const status = await rig.run(['worker', 'status', '--json']);
  if (!isTold || status.code !== 1 || !/"health": *"idle"/.test(status.stdout))
    rig.fault(
      `a worker that gets nothing is not called idle (${status.code}): ${status.stdout}${worker.said}`,
    );
  // Not left to the one that does nothing.
  await closeUntilThrough(rig);
  await stopWorker(rig, worker);
}

/** Whatever asks for a job hears nothing any more; all else goes through. */
function holdBack(rig: Rig, proxy: ServerProxy): void {
  proxy.decide((_, what) => (isOfQueue(rig.backend, what) ? { kind: 'hold' } : undefined));
  rig.broke('a worker hears nothing from the queue');
}

/** A run whose steps wait, and that nobody leads. */
async function planAndDie(rig: Rig): Promise<void> {
  const close = rig.start(CLOSE);
  const isPlanned = await happensWithin(LONGEST_PLAN, async () => {
    const steps = await rig.server.ask(`select from step where state = 'planned' limit 1`, rig.database);
    return steps.length > 0 || close.hasEnded;
  });
  close.kill();
  const ended = await close.ended();
  if (!isPlanned || ended.signal === undefined) rig.fault(`no step came to wait: ${wordsOf(ended)}`);
}
