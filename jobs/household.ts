/** household: one job a part: the eligible of each household, and the places it has left. */
import { household } from '../src/household/household.ts';
import { stageJob } from './processor.ts';

export const householdJob = stageJob(household);
