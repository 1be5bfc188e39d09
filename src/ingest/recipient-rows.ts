/** Past recipients on their way from the rows of a file to their table. */
import type pg from 'pg';
import { BUCKETS } from '../columns/identity.ts';
import type { CsvRecord } from '../csv/csv.ts';
import { RowsIn } from '../db/copy.ts';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import type { Places } from './columns.ts';
import { FieldReader } from './fields.ts';
import type { ReferenceIntake, ReferenceRow } from './reference.ts';

export const RECIPIENT_COLUMNS = { name: 'recipients', columns: ['nik', 'kk', 'wave'] } as const;

type RecipientColumn = (typeof RECIPIENT_COLUMNS)['columns'][number];

export class RecipientIntake implements ReferenceIntake {
  readonly #client: pg.ClientBase;
  readonly #columns: Places<RecipientColumn>;
  #flow: RowsIn | undefined;
  #lines = '';

  private constructor(client: pg.ClientBase, columns: Places<RecipientColumn>) {
    this.#client = client;
    this.#columns = columns;
  }

  static async begin(client: pg.ClientBase, columns: Places<RecipientColumn>): Promise<RecipientIntake> {
    await client.query(
      'create temporary table incoming (nik text, wave int, kk text, line bigint) on commit drop',
    );
    return new RecipientIntake(client, columns);
  }

  take({ fields, line }: CsvRecord): ReferenceRow {
    const reader = new FieldReader(fields, line);
    const nik = reader.nik(this.#columns.nik);
    const kk = reader.kkOrNone(this.#columns.kk);
    const wave = reader.waveNumber(this.#columns.wave);
    const { rejects, normalised } = reader;
    if (rejects.length > 0) return { rejects };
    // Checked to the letter: nothing in it that COPY would have to be told about.
    this.#lines += `${nik}\t${wave}\t${kk}\t${line}\n`;
    return { normalised };
  }

  async send(): Promise<void> {
    if (this.#lines === '') return;
    this.#flow ??= new RowsIn(this.#client, 'incoming (nik, wave, kk, line)');
    await this.#flow.write(this.#lines);
    this.#lines = '';
  }

  async settle(): Promise<void> {
    await this.#flow?.end();
    this.#flow = undefined;
  }

  /** Whoever is known for the same wave stays as they are; of rows that say so twice the first one counts. */
  async complete(): Promise<void> {
    await this.#client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.recipients]);
    await this.#client.query(
      `insert into recipient (nik, wave, kk) select nik, wave, kk from incoming
      order by nik::bigint % ${BUCKETS}, nik collate "C", line
      on conflict do nothing`,
    );
    await this.#client.query('analyze recipient');
  }
}
