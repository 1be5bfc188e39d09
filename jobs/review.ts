/** review: one job a range: the accepted against what chance allows. */
import { review } from '../src/review/review.ts';
import { stageJob } from './processor.ts';

export const reviewJob = stageJob(review);
