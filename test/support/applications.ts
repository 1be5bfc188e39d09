/** The applications of waves as people gave them, for a test to look at. */
import { type Database, keysOf } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/session.ts';
import { openApplications, openLines } from '../../src/wave/application-blocks.ts';
import { type LineValues, linesIn, valuesOfLine } from '../../src/wave/lines.ts';
import type { Applications } from '../../src/wave/people.ts';

export interface ApplicationBlock {
  readonly bucket: number;
  readonly importId: number;
  readonly position: number;
  /** As its row says. */
  readonly rows: number;
  readonly applications: Applications;
  readonly lines: Buffer;
}

interface Row {
  readonly bucket: number;
  readonly importId: number;
  readonly position: number;
  readonly rows: number;
  readonly numbers: Buffer;
  readonly columns: Buffer;
  readonly lines: Buffer;
}

/** In the order in which stages read them. */
export function applicationBlocks(database: Database, waveId: number): Promise<ApplicationBlock[]> {
  return inTransaction(database, async (client) => {
    const { rows } = await client.query<Row>(
      `select bucket, import_id as "importId", position, rows, numbers, columns, lines from application_block
      where wave_id = $1 order by bucket, import_id, position`,
      [waveId],
    );
    const blocks: ApplicationBlock[] = [];
    for (const { numbers, columns, lines, ...rest } of rows) {
      const at = { waveId, ...rest };
      const applications = await openApplications(keysOf(client), at, { numbers, columns });
      blocks.push({ ...rest, applications, lines: await openLines(keysOf(client), at, lines) });
    }
    return blocks;
  });
}

/** What each gave, and the import that it came with; in the order of the registration numbers. */
export async function applicationsOf(
  database: Database,
  waveId: number,
): Promise<readonly (LineValues & { readonly importId: number })[]> {
  const blocks = await applicationBlocks(database, waveId);
  const all = blocks.flatMap(({ importId, lines }) =>
    [...linesIn(lines)].map((line) => ({ importId, ...valuesOfLine(line) })),
  );
  return all.toSorted((one, other) => (one.registration_no < other.registration_no ? -1 : 1));
}
