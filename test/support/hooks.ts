/** Of every file of tests, by `setupFiles` in vitest.config.ts. */
import { afterAll, afterEach } from 'vitest';
import { endFile, endTest } from './ends.ts';

afterEach(endTest);
afterAll(endFile);
