/** publish: one job a wave: the outcomes come to be seen, with figures and recipients, in one transaction. */
import { publish } from '../src/publish/publish.ts';
import { stageJob } from './processor.ts';

export const publishJob = stageJob(publish);
