/** Notices as files: a batch is there in whole or not at all, and its name tells whether it went out. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { fileNoticePort } from '../../src/notify/file-port.ts';
import type { NoticeBatch } from '../../src/notify/port.ts';
import { temporaryFolder } from '../support/installation.ts';

const batch: NoticeBatch = {
  wave: 17,
  part: 0,
  notices: [1, 2, 3].map((id) => ({
    id: `17-PK-${id}-file`,
    wave: 17,
    registration_no: `PK-${id}`,
    outcome: 'ACCEPTED',
    email: 'someone@surat.example',
    phone: '+620000000000',
    subject: 'Zoë, "selamat"',
    body: 'Baris satu\nBaris dua\u2028Baris tiga',
  })),
};
const FILE = 'notices-000001.jsonl';
const { signal } = new AbortController();

let folder: string;
let waveFolder: string;
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'notices');
  waveFolder = join(folder, 'wave-17');
});

test('a batch goes into one file, a line a notice, whatever is in it', async () => {
  const receipts = await fileNoticePort(folder).send(batch, signal);
  expect([...receipts]).toEqual(batch.notices.map((notice) => [notice.registration_no, 'sent']));
  expect(await readdir(waveFolder)).toEqual([FILE]);
  const lines = (await readFile(join(waveFolder, FILE), 'utf8')).split('\n');
  expect(lines.pop()).toBe('');
  expect(lines.map((line) => JSON.parse(line))).toEqual(batch.notices);
});

test('what an attempt left that was killed is gone once the batch is there', async () => {
  await mkdir(waveFolder, { recursive: true });
  for (const name of [`${FILE}.4711.unfinished`, 'notices-000002.jsonl.4711.unfinished']) {
    await writeFile(join(waveFolder, name), 'half a ba');
  }
  await fileNoticePort(folder).send(batch, signal);
  expect((await readdir(waveFolder)).toSorted()).toEqual([FILE, 'notices-000002.jsonl.4711.unfinished']);
});

test('only its owner can read it', async () => {
  await fileNoticePort(folder).send(batch, signal);
  const modes = [folder, waveFolder, join(waveFolder, FILE)].map(
    async (path) => (await stat(path)).mode & 0o077,
  );
  expect(await Promise.all(modes)).toEqual([0, 0, 0]);
});

test('a batch that was cut off in the middle did not go out', async () => {
  await mkdir(waveFolder, { recursive: true });
  await writeFile(join(waveFolder, `${FILE}.1234.unfinished`), '{"id":1');
  const receipts = await fileNoticePort(folder).ask(batch);
  expect([...receipts.values()]).toEqual(['created', 'created', 'created']);
});

test('a batch that is there under its name went out', async () => {
  const port = fileNoticePort(folder);
  await port.send(batch, signal);
  expect([...(await port.ask(batch)).values()]).toEqual(['sent', 'sent', 'sent']);
  const next = await port.ask({ ...batch, part: 1 });
  expect([...next.values()]).toEqual(['created', 'created', 'created']);
});

test('where nothing can be written it throws, and nothing is there', async () => {
  await mkdir(folder, { recursive: true });
  await writeFile(waveFolder, 'a file in the way');
  await expect(fileNoticePort(folder).send(batch, signal)).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['wave-17']);
});
