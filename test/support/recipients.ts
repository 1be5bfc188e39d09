/** What is known of past recipients, for a test to look at. */
import { BUCKETS, digitsOf } from '../../src/columns/identity.ts';
import type { Database } from '../../src/db/database.ts';
import { inTransaction } from '../../src/db/session.ts';
import { recipientBlocks } from '../../src/wave/recipients.ts';

export interface KnownRecipient {
  readonly bucket: number;
  readonly nik: string;
  /** Empty where it is not known. */
  readonly kk: string;
  readonly wave: number;
}

/** Everybody who stands in a block: bucket by bucket, in the order in which they came to be known. */
export function knownRecipients(database: Database): Promise<KnownRecipient[]> {
  return inTransaction(database, async (client) => {
    const known: KnownRecipient[] = [];
    for await (const { bucket, columns } of recipientBlocks(client, [0, BUCKETS])) {
      const { rows, of } = columns;
      for (let row = 0; row < rows; row++) {
        const [kkHigh = 0, kkLow = 0] = [of.kkHigh[row], of.kkLow[row]];
        known.push({
          bucket,
          nik: digitsOf(of.nikHigh[row] ?? 0, of.nikLow[row] ?? 0),
          kk: kkHigh === 0 && kkLow === 0 ? '' : digitsOf(kkHigh, kkLow),
          wave: of.wave[row] ?? 0,
        });
      }
    }
    return known;
  });
}
