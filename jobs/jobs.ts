/** The processors of all stages. Without the queue: a thread that does steps has no use for it. */
import { fileNoticePort } from '../src/notify/file-port.ts';
import { drawJob } from './draw.ts';
import { filterJob } from './filter.ts';
import { freezeJob } from './freeze.ts';
import { householdJob } from './household.ts';
import { matchJob } from './match.ts';
import { notifyJob } from './notify.ts';
import type { StageJobs } from './processor.ts';
import { publishJob } from './publish.ts';
import { recordJob } from './record.ts';
import { reviewJob } from './review.ts';
import { selectJob } from './select.ts';

/**
 * The processors in the order of the pipeline.
 * @param noticesFolder Where notices are written that no gateway takes.
 */
export function createJobs(noticesFolder: string): StageJobs {
  return {
    match: matchJob,
    filter: filterJob,
    household: householdJob,
    freeze: freezeJob,
    draw: drawJob,
    select: selectJob,
    record: recordJob,
    review: reviewJob,
    publish: publishJob,
    notify: notifyJob(fileNoticePort(noticesFolder)),
  };
}
