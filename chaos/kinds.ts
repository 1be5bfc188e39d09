/** Everything that the harness breaks. */
import type { Kind } from './kind.ts';
import { clocks, partition, paused } from './kinds/apart.ts';
import { closes } from './kinds/closes.ts';
import { file } from './kinds/file.ts';
import { idle } from './kinds/idle.ts';
import { imports } from './kinds/import.ts';
import { kill } from './kinds/kill.ts';
import { postgres } from './kinds/postgres.ts';
import { redis } from './kinds/redis.ts';
import { room } from './kinds/room.ts';
import { rotate } from './kinds/rotate.ts';
import { queue, statement } from './kinds/statement.ts';
import { stop } from './kinds/stop.ts';

/** The place of a kind is a part of what its cases' chance is made of: a new one goes to the end. */
export const KINDS: readonly Kind[] = [
  ...[kill, postgres, redis, statement, file, queue, room],
  ...[stop, partition, clocks, imports, paused, closes, idle, rotate],
];
