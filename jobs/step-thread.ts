/** The entry of a thread that does steps. */
import { createJobs } from './jobs.ts';
import { serveSteps } from './thread.ts';

await serveSteps(createJobs);
