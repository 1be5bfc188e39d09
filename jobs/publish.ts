/** publish: one job a wave: outcomes, notices and figures in one transaction. */
import { publish } from '../src/publish/publish.ts';
import { stageJob } from './processor.ts';

export const publishJob = stageJob(publish);
