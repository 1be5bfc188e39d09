/** Plays a wave again and shows how far it is. It has the stages, which only the commands that need them load. */
import { Readable } from 'node:stream';
import { createJobs } from '../../jobs/jobs.ts';
import { stagesOf } from '../../jobs/processor.ts';
import { prepareFile } from '../files/single-file.ts';
import { SIDES_HEADER } from '../simulate/compare.ts';
import type { SimulationReport } from '../simulate/report.ts';
import { type SimulationRequest, type SimulationStep, simulateWave } from '../simulate/simulate.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import type { Session } from './session.ts';

/** @param out File for the applications that change sides. */
export async function simulate(
  { config, database, log, signal }: Session,
  request: SimulationRequest,
  out: string | undefined,
): Promise<SimulationReport> {
  const stages = stagesOf(createJobs(config));
  const file = out === undefined ? undefined : await prepareFile(out, signal);
  const bars = new StepBars();
  try {
    const report = await simulateWave(database, request, {
      ...{ stages, log, signal },
      onProgress: (step, done, parts) => bars.show(step, done, parts),
      ...(file === undefined
        ? {}
        : { takeSides: (lines) => file.write(SIDES_HEADER, Readable.from(lines, { objectMode: false })) }),
    });
    await file?.publish();
    return report;
  } finally {
    bars.end();
    await file?.discard();
  }
}

/** A line a step, one after the other. */
class StepBars {
  #step: SimulationStep | undefined;
  #line: ProgressLine | undefined;

  show(step: SimulationStep, done: number, parts: number): void {
    if (step !== this.#step) {
      this.#line?.end();
      this.#step = step;
      this.#line = progressLine(step);
    }
    this.#line?.update(done, parts, '');
  }

  end(): void {
    this.#line?.end();
  }
}
