/** ask: one job a wave: everybody whom the registry has not answered about. */
import { ask } from '../src/ask/ask.ts';
import type { DukcapilSettings } from '../src/dukcapil/settings.ts';
import { type StageJob, stageJob } from './processor.ts';

export function askJob(dukcapil: DukcapilSettings | undefined): StageJob {
  return stageJob(ask(dukcapil));
}
