/** Workers that lose touch: cut off from their servers, stopped beyond their lease, of another time. */
import { setTimeout as pause } from 'node:timers/promises';
import { CLOSE, closeUntilThrough, isThrough, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { inWords, momentIn, startWith } from '../moments.ts';
import { clockShiftedBy } from '../preload.ts';
import type { Program } from '../programs.ts';
import type { ServerProxy } from '../proxy/proxy.ts';
import type { Rig } from '../rig.ts';
import { startWorker, stopWorker, untilReady } from '../workers.ts';

/** Milliseconds that others may take to take a step over, and to see the wave through. */
const LONGEST_TAKEOVER = 75_000;
const LONGEST_APART = 12_000;
const TEN_MINUTES = 600_000;

const LOST = ['PostgreSQL', 'Redis', 'both'] as const;

export const partition: Kind = {
  name: 'partition',
  about: 'a worker is cut off from PostgreSQL, from Redis, from both, and comes back',
  usual: 10,
  run: cutOff,
};

/** For a while, or until others have seen the wave through without it. */
async function cutOff({ chance, rig, reference }: Case): Promise<void> {
  const lost = rig.backend === 'redis' ? chance.of(LOST) : 'PostgreSQL';
  const moment = momentIn(chance, rig, reference, ['after']);
  const returns = chance.hits(5000) ? chance.below(LONGEST_APART) : undefined;
  const ends = chance.hits(5000);
  let parted: readonly ServerProxy[] = [];
  const started = await startWith(rig, ['worker'], moment, async () => {
    rig.did(`${lost} lost ${returns === undefined ? 'until the wave is through' : `for ${returns} ms`}`);
    parted = lostOf(lost, started);
    for (const proxy of parted) proxy.stallAll();
    if (returns === undefined) return;
    await pause(returns);
    bringBack(parted, ends);
  });
  await untilReady(rig, started.program, started.hasCome);
  const other = await startWorker(rig);
  await closeByOthers(rig);
  await pause(returns === undefined ? 0 : returns);
  bringBack(parted, ends);
  await pause(1_000);
  await stopWorker(rig, started.program);
  await stopWorker(rig, other);
  await started.done;
  // Where nobody took its steps over, there is still something to do.
  await closeUntilThrough(rig);
}

function lostOf(
  lost: (typeof LOST)[number],
  { database, queue }: { database: ServerProxy | undefined; queue: ServerProxy | undefined },
): ServerProxy[] {
  const proxies = lost === 'PostgreSQL' ? [database] : lost === 'Redis' ? [queue] : [database, queue];
  return proxies.filter((proxy) => proxy !== undefined);
}

/** What was on its way arrives late, or never. */
function bringBack(proxies: readonly ServerProxy[], cut: boolean): void {
  for (const proxy of proxies) {
    if (cut) proxy.cutAll('reset');
    proxy.goOn();
  }
}

/** By one command, while one of the workers is not about. */
async function closeByOthers(rig: Rig): Promise<void> {
  const close = rig.start(CLOSE);
  const ended = await close.endedWithin(LONGEST_TAKEOVER);
  if (ended === undefined) {
    rig.fault(
      `its steps were not taken over within ${LONGEST_TAKEOVER / 1000} seconds; the close said:\n${close.said}`,
    );
    close.kill();
    await close.ended();
    return;
  }
  rig.did(`close: ${ended.code}`);
  if (!isThrough(ended)) rig.fault(`the close did not go on by others: ${wordsOf(ended)}`);
}

export const paused: Kind = {
  name: 'paused',
  about: 'a worker stands still (SIGSTOP) beyond its lease, others take its step over, it wakes up',
  usual: 6,
  run: standStill,
};

async function standStill({ chance, rig, reference }: Case): Promise<void> {
  const moment = momentIn(chance, rig, reference, ['after']);
  const { program, done, hasCome } = await startWith(rig, ['worker'], moment, (it) => it.kill('SIGSTOP'));
  rig.did(`stands still ${inWords(moment)}`);
  await untilReady(rig, program, hasCome);
  const other = await startWorker(rig);
  await closeByOthers(rig);
  await wakeUp(program);
  await stopWorker(rig, program);
  await stopWorker(rig, other);
  await done;
  // The same.
  await closeUntilThrough(rig);
}

async function wakeUp(program: Program): Promise<void> {
  if (program.hasEnded) return;
  program.kill('SIGCONT');
  await pause(2_000);
}

export const clocks: Kind = {
  name: 'clocks',
  about: 'the clocks of two workers and of the close are ten minutes apart',
  usual: 4,
  run: differInTime,
};

async function differInTime({ chance, rig }: Case): Promise<void> {
  const shifts = [TEN_MINUTES, -TEN_MINUTES, 0] as const;
  const first = chance.below(3);
  const shiftOf = (place: number) => shifts[(first + place) % 3] ?? 0;
  const workers: Program[] = [];
  for (const place of [0, 1]) {
    workers.push(await startWorker(rig, clockShiftedBy(shiftOf(place))));
    rig.broke(`a worker's clock: ${shiftOf(place) / 60_000} minutes`);
  }
  await closeUntilThrough(rig, clockShiftedBy(shiftOf(2)));
  for (const worker of workers) {
    if (/stalled/i.test(worker.said)) rig.fault(`a worker was taken for dead:\n${worker.said}`);
    await stopWorker(rig, worker);
  }
}
