/** SIGTERM and SIGINT: within ten seconds, with the code for it, and the next command goes on. */
import { join } from 'node:path';
import { WAVE } from '../base.ts';
import { CLOSE, closeUntilThrough } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { momentIn, startWith } from '../moments.ts';
import { startWorker, stopProgram, stopWorker, untilReady } from '../workers.ts';

const MOST_STOPS = 3;
const SIGNALS = ['SIGTERM', 'SIGTERM', 'SIGINT'] as const;

export const stop: Kind = {
  name: 'stop',
  about: 'SIGTERM or SIGINT to the close, a worker, an export: within 10 seconds, 143 or 130',
  usual: 16,
  run: async (one) => {
    if (one.chance.hits(3000)) await stopWorkers(one);
    else await stopClose(one);
    await stopExport(one);
  },
};

async function stopClose({ chance, rig, reference }: Case): Promise<void> {
  for (let stops = 1 + chance.below(MOST_STOPS); stops > 0; stops--) {
    const signal = chance.of(SIGNALS);
    const moment = momentIn(chance, rig, reference, ['after']);
    const { program, done } = await startWith(rig, CLOSE, moment, (it) => stopProgram(rig, it, signal));
    await done;
    await rig.end(program);
  }
  await closeUntilThrough(rig);
}

async function stopWorkers({ chance, rig, reference }: Case): Promise<void> {
  const moment = momentIn(chance, rig, reference, ['after']);
  const { program, done } = await startWith(rig, ['worker'], moment, (it) => stopProgram(rig, it, 'SIGTERM'));
  await untilReady(rig, program);
  const other = await startWorker(rig);
  await closeUntilThrough(rig);
  if (!program.hasEnded) await stopProgram(rig, program, 'SIGTERM');
  await done;
  await stopWorker(rig, other);
}

async function stopExport({ chance, rig }: Case): Promise<void> {
  const args = ['export', String(WAVE), '--out', join(rig.folder, 'export')];
  const moment = { of: 'time', milliseconds: chance.below(500) } as const;
  const { program, done } = await startWith(rig, args, moment, (it) => stopProgram(rig, it, 'SIGTERM'));
  await done;
  await rig.end(program);
}
