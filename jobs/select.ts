/** select: one job a wave: household cap and rank. */
import { select } from '../src/select/select.ts';
import { stageJob } from './processor.ts';

export const selectJob = stageJob(select);
