/** Waves that are matched by the web service: a stand-in for it on loopback, and how it is called. */

import type { DukcapilServerOptions } from '../../fixtures/dukcapil-server/options.ts';
import { type DukcapilServer, startDukcapilServer } from '../../fixtures/dukcapil-server/server.ts';
import { createJobs } from '../../jobs/jobs.ts';
import type { StageJobs } from '../../jobs/processor.ts';
import { DEFAULT_CODES } from '../../src/dukcapil/codes.ts';
import type { DukcapilSettings } from '../../src/dukcapil/settings.ts';
import { afterTest } from './ends.ts';
import type { Installation } from './installation.ts';
import { noticesTo } from './notices.ts';

/** Closed when the test is through. */
export async function serve(options: DukcapilServerOptions): Promise<DukcapilServer> {
  const server = await startDukcapilServer({ ...ACCESS, ...options });
  afterTest(() => server.close());
  return server;
}

const ACCESS = { userId: 'tester', password: 'not a secret of anyone', ipUser: '10.0.0.1' };

/** As quick as a test may be. */
export function settingsFor(
  { url }: Pick<DukcapilServer, 'url'>,
  changes: Partial<DukcapilSettings> = {},
): DukcapilSettings {
  return {
    ...{ url, ...ACCESS, callsASecond: 2_000, callsAtOnce: 50, timeout: 5_000, patience: 20_000 },
    ...{ dayBeginsAt: '00:00', opensAt: '06:00', codes: DEFAULT_CODES },
    ...changes,
  };
}

/** The same for a program of its own. */
export function environmentFor(
  { url }: Pick<DukcapilServer, 'url'>,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    ...{ DUKCAPIL_URL: url, DUKCAPIL_USER_ID: ACCESS.userId, DUKCAPIL_PASSWORD: ACCESS.password },
    ...{ DUKCAPIL_IP_USER: ACCESS.ipUser, DUKCAPIL_CALLS_A_SECOND: '2000', DUKCAPIL_CALLS_AT_ONCE: '50' },
    ...{ DUKCAPIL_TIMEOUT: '5', DUKCAPIL_PATIENCE: '20' },
    ...changes,
  };
}

export function jobsCalling({ notices }: Installation, dukcapil: DukcapilSettings): StageJobs {
  return createJobs({ notices: noticesTo(notices), dukcapil });
}
