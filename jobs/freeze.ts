/** freeze: one job a wave: the pool and its Merkle root. */
import { freeze } from '../src/freeze/freeze.ts';
import { stageJob } from './processor.ts';

export const freezeJob = stageJob(freeze);
