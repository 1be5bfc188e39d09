/** draw: one job a range: the tickets' hashes of the pool. */
import { draw } from '../src/draw/draw.ts';
import { stageJob } from './processor.ts';

export const drawJob = stageJob(draw);
