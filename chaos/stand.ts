/** What a case stands on, and how its commands reach it. */
import type { ServerSettings } from './postgres-server.ts';
import type { ServerProxy } from './proxy/proxy.ts';

export const BACKENDS = ['postgres', 'redis'] as const;
/** Where the queue is. */
export type Backend = (typeof BACKENDS)[number];

/** What a case stands on. */
export interface Stand {
  /** `shared`: a database on the harness's server; `own`: a server for this case; `embedded`: the program's own. */
  readonly server: 'shared' | 'own' | 'embedded';
  /** Whether the applications are in. */
  readonly from: 'imported' | 'opened';
  /** A Redis for this case, where the queue is in Redis. */
  readonly ownRedis: boolean;
  readonly settings: ServerSettings;
  /** Kilobytes that there are for all files of the case, beside a database as it begins; undefined: the disk's. */
  readonly room: number | undefined;
}

export const USUAL: Stand = {
  ...{ server: 'shared', from: 'imported', ownRedis: false, settings: {}, room: undefined },
};

/** How a command reaches its servers, and what is loaded before it; as everyone does where nothing is said. */
export interface How {
  readonly database?: ServerProxy;
  readonly queue?: ServerProxy;
  readonly nodeOptions?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}
