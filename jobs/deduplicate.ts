/** deduplicate: one job a wave: which applications share a NIK, and who of them joined first. */
import { deduplicate } from '../src/deduplicate/deduplicate.ts';
import { stageJob } from './processor.ts';

export const deduplicateJob = stageJob(deduplicate);
