/** Imports of the wave's applications: each file in its turn, until it is in. */
import { setTimeout as pause } from 'node:timers/promises';
import { WAVE } from '../base.ts';
import type { Rig } from '../rig.ts';
import type { How } from '../stand.ts';

const MOST_TRIES = 20;
const WAIT = 250;

export function importArgs(path: string): string[] {
  return ['import', 'applicants', path, '--wave', String(WAVE), '--json'];
}

/** In whole: by this command, or because it was in whole before. Whoever was killed may be missed for a moment. */
export async function importFile(rig: Rig, path: string, how?: How): Promise<void> {
  let last = '';
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const ended = await rig.run(importArgs(path), how);
    if (ended.code === 0) return;
    last = `${ended.signal ?? ended.code}: ${ended.stdout}${ended.stderr}`;
    if (ended.code !== 4) break;
    await pause(WAIT);
  }
  rig.fault(`the import did not go on (${last})`);
}

export async function importAll(rig: Rig): Promise<void> {
  for (const path of rig.base.applicants) await importFile(rig, path);
}
