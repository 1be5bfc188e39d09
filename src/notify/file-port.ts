/** The default port: JSON lines, a file a batch, which is there in whole or not at all. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

const UNFINISHED = '.unfinished';

/** @param folder Where `wave-<n>/notices-<part>.jsonl` are written; made, with mode 700, when first needed. */
export function fileNoticePort(folder: string): NoticePort {
  return {
    send: async (batch) => {
      const path = pathOf(folder, batch);
      await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
      await writeWhole(path, batch.notices.map((notice) => `${JSON.stringify(notice)}\n`).join(''));
      return receipts(batch, 'sent');
    },
    ask: async (batch) => receipts(batch, (await exists(pathOf(folder, batch))) ? 'sent' : 'created'),
  };
}

function pathOf(folder: string, batch: NoticeBatch): string {
  return join(folder, `wave-${batch.wave}`, `notices-${String(batch.part + 1).padStart(6, '0')}.jsonl`);
}

/** Under its name only when it is whole and on the disk: the name is what tells a later attempt that it went out. */
async function writeWhole(path: string, text: string): Promise<void> {
  await removeUnfinished(path);
  // Not by the process alone: on another machine it may have the same number.
  const unfinished = `${path}.${randomUUID()}${UNFINISHED}`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
  await syncFolder(dirname(path));
}

/** What an attempt left that was killed: it holds what the notices hold, and nobody would come back for it. */
async function removeUnfinished(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(`${basename(path)}.`) && name.endsWith(UNFINISHED)) {
      await rm(join(folder, name), { force: true });
    }
  }
}

/** Only then a new name is on the disk as well. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path, constants.F_OK);
    return true;
  } catch {
    return false;
  }
}

function receipts(batch: NoticeBatch, state: NoticeState): Receipts {
  return new Map(batch.notices.map((notice) => [notice.registration_no, state]));
}
