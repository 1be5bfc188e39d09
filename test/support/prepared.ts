/** An installation as it is after some work, which is done once; each test that begins there has a clone of its own. */
import { cp } from 'node:fs/promises';
import { afterFile } from './ends.ts';
import { type Installation, installation } from './installation.ts';

type Prepare = (at: Installation) => Promise<unknown>;

/** Gives what makes a clone, of which the queue may be on Redis: what was done before left nothing there. */
export function prepared(prepare: Prepare): (redisUrl?: string) => Promise<Installation> {
  let model: Promise<Installation> | undefined;
  return async (redisUrl) => {
    model ??= make(prepare, () => {
      model = undefined;
    });
    const { name, notices } = await model;
    const clone = await installation(redisUrl, name);
    await cp(notices, clone.notices, { recursive: true }).catch(unlessMissing);
    return clone;
  };
}

/** Nobody may be connected to a database that is cloned. */
async function make(prepare: Prepare, gone: () => void): Promise<Installation> {
  const at = await installation();
  afterFile(gone);
  await prepare(at);
  await at.close();
  return at;
}

function unlessMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
