/** SIGKILL of the command or of a worker, in every stage and between any two statements. */
import { join } from 'node:path';
import { WAVE } from '../base.ts';
import { CLOSE, closeUntilThrough, isThrough } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { momentIn, startWith } from '../moments.ts';
import { startWorker, stopWorker, untilReady } from '../workers.ts';

const MOST_KILLS = 8;
/** Times in ten thousand. */
const OF_WORKERS = 1200;
const OF_EXPORT = 1500;

export const kill: Kind = {
  name: 'kill',
  about: 'SIGKILL of the close or of a worker, between any two statements or at any time',
  usual: 40,
  run: async (one) => {
    if (one.chance.hits(OF_WORKERS)) await killWorker(one);
    else await killClose(one);
    if (one.chance.hits(OF_EXPORT)) await killExport(one);
  },
};

async function killClose(one: Case): Promise<void> {
  const { chance, rig, reference } = one;
  const kills = 1 + chance.below(MOST_KILLS);
  for (let count = 0; count < kills; count++) {
    const { program } = await startWith(rig, CLOSE, momentIn(chance, rig, reference), (it) => it.kill());
    if (isThrough(await rig.end(program))) break;
  }
  await closeUntilThrough(rig);
}

/** The close goes on with the other worker, without another command. */
async function killWorker({ chance, rig, reference }: Case): Promise<void> {
  const { program, done } = await startWith(rig, ['worker'], momentIn(chance, rig, reference), (it) =>
    it.kill(),
  );
  await untilReady(rig, program);
  const other = await startWorker(rig);
  await closeUntilThrough(rig);
  program.kill();
  await done;
  await program.ended();
  await stopWorker(rig, other);
}

async function killExport({ chance, rig }: Case): Promise<void> {
  const args = ['export', String(WAVE), '--out', join(rig.folder, 'export')];
  const moment = { of: 'time', milliseconds: 200 + chance.below(400) } as const;
  const { program } = await startWith(rig, args, moment, (it) => it.kill());
  await rig.end(program);
}
