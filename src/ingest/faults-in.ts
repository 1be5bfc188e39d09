/** What is wrong with rows of a file, on its way to the table of rejects. */
import type pg from 'pg';
import { copyField, RowsIn } from '../db/copy.ts';
import type { Reject } from './reject.ts';

/** Characters of faults that are enough to be sent. */
const MOST_HELD = 1 << 20;

const REJECT_COLUMNS = 'import_id, line, position, registration_no, column_name, code, message';

/** One fault; its code may be one that only rows of this kind of file can have. */
export type RowFault = Omit<Reject, 'code'> & { readonly code: string };

/** Faults of one import on one connection, held back because a connection carries one COPY at a time. */
export class FaultsIn {
  readonly #client: pg.ClientBase;
  readonly #importId: number;
  #lines = '';

  constructor(client: pg.ClientBase, importId: number) {
    this.#client = client;
    this.#importId = importId;
  }

  /** All faults of one row. */
  add(faults: readonly RowFault[]): void {
    faults.forEach(({ line, registrationNo, column, code, message }, position) => {
      const fields = [this.#importId, line, position, registrationNo, column, code, message];
      this.#lines += `${fields.map(copyField).join('\t')}\n`;
    });
  }

  /** Time to send them. */
  get isMuch(): boolean {
    return this.#lines.length >= MOST_HELD;
  }

  /** Sends what was gathered where it is much. The connection is to be free. */
  async send(): Promise<void> {
    if (this.isMuch) await this.end();
  }

  /** Sends what was gathered and waits until the server has it. The connection is to be free. */
  async end(): Promise<void> {
    if (this.#lines === '') return;
    const flow = new RowsIn(this.#client, `reject (${REJECT_COLUMNS})`);
    await flow.write(this.#lines);
    this.#lines = '';
    await flow.end();
  }
}
