/** The processors of all stages. Without the queue: a thread that does steps has no use for it. */
import type { DukcapilSettings } from '../src/dukcapil/settings.ts';
import type { NoticeSettings } from '../src/notify/settings.ts';
import { askJob } from './ask.ts';
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

/** What the stages need of the settings. */
export interface JobSettings {
  /** How notices leave. */
  readonly notices: NoticeSettings;
  /** How the registry's web service is called; undefined where it is not. */
  readonly dukcapil: DukcapilSettings | undefined;
}

/** The processors in the order of the pipeline. */
export function createJobs({ notices, dukcapil }: JobSettings): StageJobs {
  return {
    ask: askJob(dukcapil),
    match: matchJob,
    filter: filterJob,
    household: householdJob,
    freeze: freezeJob,
    draw: drawJob,
    select: selectJob,
    record: recordJob,
    review: reviewJob,
    publish: publishJob,
    notify: notifyJob(notices),
  };
}
