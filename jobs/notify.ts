/** notify: one job some thousand notices of one channel: out of the outbox, through its gateway. */
import { notifyStage } from '../src/notify/notify.ts';
import type { NoticeSettings } from '../src/notify/settings.ts';
import { stageJob } from './processor.ts';

export const notifyJob = (settings: NoticeSettings) => stageJob(notifyStage(settings));
