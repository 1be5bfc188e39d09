import { openBackend, type QueueBackend } from '../../src/queue/backend.ts';
import { openStepQueue, type StepQueue } from '../../src/queue/steps.ts';
import type { Installation } from '../support/installation.ts';

/** The queue of an installation, as the program opens it. */
export async function withQueue(
  at: Installation,
  work: (backend: QueueBackend, queue: StepQueue) => Promise<void>,
): Promise<void> {
  const backend = await openBackend(at.redisUrl, at.database);
  const queue = openStepQueue(backend, at.log);
  try {
    await work(backend, queue);
  } finally {
    await queue.close();
    await backend.close();
  }
}
