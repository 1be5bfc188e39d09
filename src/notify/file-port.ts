/** The default port: JSON lines, a file a batch, which is there in whole or not at all. */
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { removeDrafts, writeWhole } from '../files/whole.ts';
import { FOLDER_OF_OWNER } from '../files/writing.ts';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

/** @param folder Where `wave-<n>/notices-<part>.jsonl` are written; made, with mode 700, when first needed. */
export function fileNoticePort(folder: string): NoticePort {
  return {
    send: async (batch) => {
      const path = pathOf(folder, batch);
      await mkdir(dirname(path), { recursive: true, mode: FOLDER_OF_OWNER });
      // It holds what the notices hold, and nobody would come back for it.
      await removeDrafts(path);
      // The name is what tells a later attempt that it went out.
      await writeWhole(path, batch.notices.map((notice) => `${JSON.stringify(notice)}\n`).join(''));
      return receipts(batch, 'sent');
    },
    ask: async (batch) => receipts(batch, (await exists(pathOf(folder, batch))) ? 'sent' : 'created'),
  };
}

function pathOf(folder: string, batch: NoticeBatch): string {
  return join(folder, `wave-${batch.wave}`, `notices-${String(batch.part + 1).padStart(6, '0')}.jsonl`);
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
