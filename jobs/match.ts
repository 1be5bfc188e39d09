/** match: one job a part: applications against each other and the registry snapshot. */
import { match } from '../src/match/match.ts';
import { stageJob } from './processor.ts';

export const matchJob = stageJob(match);
