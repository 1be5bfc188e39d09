/** The default port: JSON lines, a file a batch, which is there in whole or not at all. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { GelombangError } from '../errors.ts';
import { makeFolder } from '../files/folders.ts';
import { removeDrafts, writeWhole } from '../files/whole.ts';
import { FOLDER_OF_OWNER } from '../files/writing.ts';
import type { NoticeBatch, NoticePort, NoticeState, Receipts } from './port.ts';

/** @param folder Where `wave-<n>/notices-<part>.jsonl` are written; made, with mode 700, when first needed. */
export function fileNoticePort(folder: string): NoticePort {
  return {
    send: async (batch) => {
      const path = pathOf(folder, batch);
      await write(path, batch).catch((error: unknown) => {
        throw noRoom(error, folder) ?? error;
      });
      return receipts(batch, 'sent');
    },
    ask: async (batch) => receipts(batch, (await exists(pathOf(folder, batch))) ? 'sent' : 'created'),
  };
}

function pathOf(folder: string, batch: NoticeBatch): string {
  return join(folder, `wave-${batch.wave}`, `notices-${String(batch.part + 1).padStart(6, '0')}.jsonl`);
}

async function write(path: string, { notices }: NoticeBatch): Promise<void> {
  await makeFolder(dirname(path), FOLDER_OF_OWNER);
  // It holds what the notices hold, and nobody would come back for it.
  await removeDrafts(path);
  // The name is what tells a later attempt that it went out.
  await writeWhole(path, notices.map((notice) => `${JSON.stringify(notice)}\n`).join(''));
}

/** The system says so of a write without saying where. */
function noRoom(error: unknown, folder: string): GelombangError | undefined {
  const isFull = error instanceof Error && 'code' in error && /^(ENOSPC|EDQUOT)$/.test(String(error.code));
  if (!isFull) return undefined;
  return new GelombangError('UNEXPECTED', `no room for notices: the disk of ${folder} is full`, {
    cause: error,
    next: `Make room in ${folder}.`,
  });
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
