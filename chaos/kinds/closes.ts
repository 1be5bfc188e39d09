/** Many closes of one wave at once: one draws, the others are told who does. */
import { CLOSE, closeUntilThrough, isThrough, saidBy, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { happensWithin } from '../processes.ts';
import type { Ended, Program } from '../programs.ts';
import type { Rig } from '../rig.ts';

const CONFLICT = 4;
/** Processes at one time: each is of 50 MB. */
const SIDE_BY_SIDE = 12;
/** A turn of the whole thousand takes some minutes. */
const CLOSES = 24;
const ALL_CLOSES = 1_000;
/** Milliseconds. */
const LONGEST_BEGIN = 60_000;

export const closes: Kind = {
  name: 'closes',
  about: `${CLOSES} closes of one wave at once (${ALL_CLOSES} with --every): one draw, all others exit with 4`,
  usual: 2,
  run: closeAtOnce,
};

async function closeAtOnce({ chance, rig, every }: Case): Promise<void> {
  const count = every ? ALL_CLOSES : CLOSES;
  // Held in the middle, so that all others find it at work; or they all begin together, and whoever is first leads.
  const proxy = await rig.sqlProxy();
  const at = 60 + chance.below(100);
  let isHeld = false;
  proxy.decide((number) => {
    if (number !== at) return undefined;
    isHeld = true;
    return { kind: 'stall' };
  });
  const first = rig.start(CLOSE, { database: proxy });
  if (chance.hits(5000)) await happensWithin(LONGEST_BEGIN, async () => isHeld || first.hasEnded);
  const ends: Ended[] = [];
  for (let begun = 1; begun < count; ) {
    const batch: Program[] = [];
    for (; batch.length < SIDE_BY_SIDE && begun < count; begun++) batch.push(rig.start(CLOSE));
    for (const program of batch) ends.push(await rig.end(program));
  }
  rig.broke(`${count} closes at once${isHeld ? ', the first one held' : ''}`);
  proxy.goOn();
  ends.push(await rig.end(first));
  judge(rig, ends, isHeld ? 2 : 1);
  await closeUntilThrough(rig);
}

/** @param most How many may see it through: from one that is held for long another takes over, and what it began is through for it too. */
function judge(rig: Rig, ends: readonly Ended[], most: number): void {
  const through = ends.filter(({ code }) => code === 0).length;
  if (through > most) rig.fault(`${through} closes of one wave ended with 0`);
  for (const ended of ends.filter(({ code }) => code !== 0)) {
    const names = /run \d+/.test(saidBy(ended).error?.message ?? '');
    if (ended.code === CONFLICT && (names || isThrough(ended))) continue;
    rig.fault(`a close beside another ended with ${ended.signal ?? ended.code}: ${wordsOf(ended)}`);
  }
}
