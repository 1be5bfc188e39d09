/** Typed columns as they are kept: one value of a table, sealed, and bound to where it stands. */
import { decodeBlock, encodeBlock } from '../columns/block.ts';
import type { Columns, Layout } from '../columns/layout.ts';
import type { Keys } from '../keys/keys.ts';

/** As read from the database. */
export type Sealed = Uint8Array | null | undefined;

export class SealedColumns<const L extends Layout, Place> {
  readonly #layout: L;
  readonly #textOf: (at: Place) => string;

  /** @param textOf Says of a place the table, the column and the keys of the row, as far as these are known when it is sealed. */
  constructor(layout: L, textOf: (at: Place) => string) {
    this.#layout = layout;
    this.#textOf = textOf;
  }

  /** Columns beside those of the layout are left out. */
  seal(keys: Keys, at: Place, columns: Columns<L>): Buffer {
    return keys.sealed(this.#textOf(at), encodeBlock(this.#layout, columns));
  }

  /** @throws as `Keys.opened` and `decodeBlock` do. */
  async open(keys: Keys, at: Place, columns: Sealed): Promise<Columns<L>> {
    return decodeBlock(this.#layout, await keys.opened(this.#textOf(at), columns));
  }
}
