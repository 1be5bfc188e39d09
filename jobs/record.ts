/** record: one job a range: what became of each application, as rows. */
import { record } from '../src/record/record.ts';
import { stageJob } from './processor.ts';

export const recordJob = stageJob(record);
