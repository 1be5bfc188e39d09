/** What stands in the audit log. */
import type { Entry } from '../../src/audit/entry.ts';
import { entriesOf } from '../../src/audit/read.ts';
import type { Database } from '../../src/db/database.ts';

/** The last of the entries, the newest last. */
export async function newestEntries({ sql }: Database, most: number): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of entriesOf(sql)) entries.push(entry);
  return entries.slice(-most);
}
