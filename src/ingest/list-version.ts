/** A list comes in as a new version, which is held where it is suspicious. */
import type pg from 'pg';
import { TRANSACTION_LOCKS } from '../db/locks.ts';
import { GelombangError } from '../errors.ts';
import type { Policy } from '../policy/policy.ts';
import { listsNamed } from '../policy/predicates.ts';
import { keepEntries, tallyOfList } from '../wave/entries.ts';
import { countHits } from '../wave/lists-hits.ts';
import { type Newcomer, suspicionOf } from '../wave/lists-suspicion.ts';
import { askingBy, type Tally } from '../wave/tally.ts';

export interface ListDescription {
  readonly name: string;
  readonly kind: 'deny' | 'priority';
  readonly source: string;
  /** `YYYY-MM-DD`, or null where it is not known. */
  readonly listedOn: string | null;
}

export interface VersionOrigin {
  readonly list: ListDescription;
  readonly importId: number;
  /** Who imports it. */
  readonly operator: string;
}

/** The version that an import makes, in the import's own transaction. */
export class VersionIn {
  readonly #client: pg.ClientBase;
  readonly #origin: VersionOrigin;

  constructor(client: pg.ClientBase, origin: VersionOrigin) {
    this.#client = client;
    this.#origin = origin;
  }

  /** Alone until the import ends, so that every version has seen the one before. Gives its number. */
  async begin(): Promise<number> {
    await this.#client.query('select pg_advisory_xact_lock($1, 0)', [TRANSACTION_LOCKS.lists]);
    const { list, importId, operator } = this.#origin;
    const { name, kind, source, listedOn } = list;
    const { rows } = await this.#client.query<{ id: number }>(
      `insert into list (name, kind, source, listed_on, import_id, imported_by, entries)
      values ($1, $2, $3, $4, $5, $6, 0) returning id`,
      [name, kind, source, listedOn, importId, operator],
    );
    const [made] = rows;
    if (made === undefined) throw new GelombangError('UNEXPECTED', `list ${name} got no version`);
    return made.id;
  }

  /** Once its entries are written: puts down how many they are, and whether it is held. */
  async end(version: number, tally: Tally): Promise<void> {
    const { name, kind } = this.#origin.list;
    const entries = tally.reduce((sum, rows) => sum + rows, 0);
    const before = await this.#before(version);
    if (before !== undefined) await tallyOfList(askingBy(this.#client), before.version);
    const waves = await countHits(this.#client, version, await this.#openWaves());
    const heldFor = suspicionOf({ kind, entries, before, waves }) ?? null;
    await keepEntries(this.#client, { id: version, name, kind, entries, heldFor }, tally);
  }

  async #before(version: number): Promise<Newcomer['before']> {
    const { rows } = await this.#client.query<NonNullable<Newcomer['before']>>(
      `select id as version, kind, entries from list
      where name = $1 and id < $2 and (held_for is null or decision = 'released')
      order by id desc limit 1`,
      [this.#origin.list.name, version],
    );
    return rows[0];
  }

  /** Those whose policy names the list, as whatever it does. */
  async #openWaves(): Promise<readonly number[]> {
    const { rows } = await this.#client.query<{ id: number; policy: string }>(
      "select id, policy from wave where state = 'open' order by id",
    );
    const names = (policy: string) => listsNamed(JSON.parse(policy) as Policy).map(({ name }) => name);
    return rows.filter(({ policy }) => names(policy).includes(this.#origin.list.name)).map(({ id }) => id);
  }
}
