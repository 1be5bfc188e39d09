/** notify: one job a thousand notices: out of the outbox, through the port of their channel. */
import { notifyStage } from '../src/notify/notify.ts';
import type { NoticePort } from '../src/notify/port.ts';
import { stageJob } from './processor.ts';

export const notifyJob = (port: NoticePort) => stageJob(notifyStage(port));
