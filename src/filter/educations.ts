/** What people gave as their education. It is in the lines alone, and few policies ask for it: then these are read. */
import type pg from 'pg';
import { binaryRows } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import { plainEducation } from '../policy/education.ts';
import { blockIn, openLines, PLACE_COLUMNS } from '../wave/application-blocks.ts';
import { linesIn, someOfLine } from '../wave/lines.ts';
import { bucketsOf } from '../wave/parts.ts';
import type { Part } from '../wave/stage.ts';

/** Row for row, in the order of `readApplications`. */
export interface Educations {
  /** Place in `names`. */
  readonly codes: Uint32Array;
  /** Each once, as `plainEducation` has it. */
  readonly names: readonly string[];
}

export const NO_EDUCATIONS: Educations = { codes: new Uint32Array(), names: [] };

export async function readEducations(client: pg.ClientBase, waveId: number, part: Part): Promise<Educations> {
  const [from, to] = bucketsOf(part);
  const codes: number[] = [];
  const places = new Map<string, number>();
  const query = `select ${PLACE_COLUMNS}, lines from application_block
    where wave_id = ${waveId} and bucket >= ${from} and bucket < ${to} order by bucket, import_id, position`;
  for await (const row of binaryRows(client, query)) {
    const [at, lines] = blockIn(waveId, row);
    for (const line of linesIn(await openLines(keysOf(client), at, lines))) {
      const name = plainEducation(someOfLine(line, ['education']).education);
      const place = places.get(name) ?? places.size;
      places.set(name, place);
      codes.push(place);
    }
  }
  return { codes: Uint32Array.from(codes), names: [...places.keys()] };
}
