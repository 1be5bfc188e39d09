/** freeze: one job a range: the pool, and its stretch of the Merkle tree. */
import { freeze } from '../src/freeze/freeze.ts';
import { stageJob } from './processor.ts';

export const freezeJob = stageJob(freeze);
