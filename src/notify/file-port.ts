/** The default port: JSON lines, a file a batch, which is there in whole or not at all. */
import { constants } from 'node:fs';
import { access, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

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
  const unfinished = `${path}.${process.pid}.unfinished`;
  const file = await open(unfinished, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(unfinished, path);
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
