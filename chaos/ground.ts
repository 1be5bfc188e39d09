/** What a case has for itself: a folder, a server, a Redis; each is undone with the case. */
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Base } from './base.ts';
import type { Cleanup } from './cleanup.ts';
import { mountSmall, unmount, unmountAtOnce } from './mounts.ts';
import { copyHome, PostgresServer } from './postgres-server.ts';
import { type RedisServer, startedRedis } from './redis-server.ts';
import type { Backend, Stand } from './stand.ts';

/** Which case it is for. */
export interface Ground {
  readonly folder: string;
  readonly backend: Backend;
  readonly stand: Stand;
}

/** @param room Kilobytes; undefined: as much as there is. */
export async function makeFolder(folder: string, room: number | undefined, cleanup: Cleanup): Promise<void> {
  await mkdir(folder);
  cleanup.add(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  if (room !== undefined) {
    await mountSmall(folder, room);
    cleanup.add(
      () => unmount(folder),
      () => unmountAtOnce(folder),
    );
  }
  await chmod(folder, 0o755);
}

/** One of the harness's own making, or the one that the program starts by itself, which does not run yet. */
export async function ownServer(
  base: Base,
  { folder, stand }: Ground,
  cleanup: Cleanup,
): Promise<PostgresServer> {
  await copyHome(base.stoppedHome, join(folder, 'home'));
  const server = await PostgresServer.at(join(folder, 'home'), stand.settings);
  const end = async () => server.endAtOnce();
  cleanup.add(stand.server === 'own' ? () => server.kill() : end, end);
  if (stand.server === 'own') await server.start();
  return server;
}

export async function redisFor(
  base: Base,
  { folder, stand }: Ground,
  cleanup: Cleanup,
): Promise<RedisServer | undefined> {
  if (!stand.ownRedis) return base.redis;
  return startedRedis(folder, cleanup);
}
