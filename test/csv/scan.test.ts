/** The byte pass: lines that are not plain go to the strict reader, however many there are. */
import { expect, test } from 'vitest';
import { openCsv } from '../../src/csv/csv.ts';
import { useFolder } from './support.ts';

const folder = useFolder();

test('no mark is looked at again for each line that is not plain, or this would take minutes', async () => {
  const rows = 200_000;
  const path = await folder.file('narrow.csv', `nik,kk,full_name\n${'a\n'.repeat(rows)}`);
  const set = { name: 'people', columns: ['nik', 'kk', 'full_name'] } as const;
  const file = await openCsv(path, [set], { chunkBytes: 1 << 20 });
  let strict = 0;
  let read = 0;
  for await (read of file.read({ plain: () => true, strict: () => void strict++ }));
  expect([strict, read]).toEqual([rows, rows]);
});
