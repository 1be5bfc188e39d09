/** What a command of a case is told by its environment: where its servers, its folders and its key are. */
import { KEY } from './base.ts';
import type { Rig } from './rig.ts';
import type { How } from './stand.ts';

export function environmentOf(rig: Rig, { database, queue, settings = {} }: How): Record<string, string> {
  const { server, redis, stand } = rig;
  return {
    ...{ PATH: process.env.PATH ?? '', NO_COLOR: '1' },
    ...{ GELOMBANG_HOME: rig.home, XDG_CONFIG_HOME: rig.config, GELOMBANG_NOTICES: rig.notices },
    ...{ GELOMBANG_KEY: KEY, GELOMBANG_OPERATOR: 'chaos', GELOMBANG_CONCURRENCY: rig.threads },
    DRAND_URL: 'none',
    ...(stand.server === 'embedded' ? {} : { DATABASE_URL: server.url(rig.database, database?.port) }),
    ...(redis === undefined ? {} : { REDIS_URL: redis.url(queue?.port) }),
    ...rig.settings,
    ...settings,
  };
}
