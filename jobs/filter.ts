/** filter: one job a part: every reason against each application. */
import { filter } from '../src/filter/filter.ts';
import { stageJob } from './processor.ts';

export const filterJob = stageJob(filter);
