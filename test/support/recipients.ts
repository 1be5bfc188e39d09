/** What is known of past recipients, for a test to look at. */
import { decodeBlock } from '../../src/columns/block.ts';
import { digitsOf } from '../../src/columns/identity.ts';
import type { Sql } from '../../src/db/database.ts';
import { RECIPIENT } from '../../src/wave/people.ts';

export interface KnownRecipient {
  readonly bucket: number;
  readonly nik: string;
  /** Empty where it is not known. */
  readonly kk: string;
  readonly wave: number;
}

/** Everybody who stands in a block, in the order in which they came to be known. */
export async function knownRecipients(sql: Sql): Promise<KnownRecipient[]> {
  const blocks = await sql<{ bucket: number; rows: number; columns: Buffer }[]>`
    select bucket, rows, columns from recipient_block order by id`;
  return blocks.flatMap(({ bucket, rows, columns }) => {
    const { rows: count, of } = decodeBlock(RECIPIENT, columns);
    if (count !== rows) throw new Error(`a block of ${rows} recipients holds ${count}`);
    return Array.from({ length: count }, (_, row) => {
      const [kkHigh = 0, kkLow = 0] = [of.kkHigh[row], of.kkLow[row]];
      return {
        bucket,
        nik: digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0),
        kk: kkHigh === 0 && kkLow === 0 ? '' : digitsOf(kkHigh, kkLow),
        wave: of.wave[row] ?? 0,
      };
    });
  });
}
