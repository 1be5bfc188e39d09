/** Sets of NIKs as they are kept, of lists and of what the registry was asked: blocks of one bucket each, sealed. */
import { ENTRY } from './people.ts';
import { SealedColumns } from './sealed-columns.ts';

/** Where a block stands, which it is bound to. */
interface EntriesPlace {
  readonly table: 'list_block' | 'question_block';
  /** Version of the list, or number of the file of questions. */
  readonly of: number;
  readonly bucket: number;
}

export const SEALED_ENTRIES = new SealedColumns(
  ENTRY,
  ({ table, of, bucket }: EntriesPlace) => `${table} of ${of}, bucket ${bucket}`,
);
