/** The data keys that a process has in hand: what is kept of people is sealed with them, and opened. */
import { randomBytes } from 'node:crypto';
import { GelombangError } from '../errors.ts';
import type { MasterSource } from './master.ts';
import { KEY_BYTES, type Key, keyIdOf, open, seal } from './sealing.ts';

/** `seal`: for what is kept; the newest is used. `question`: for hashes of what was asked of the registry; there is one. */
export type KeyPurpose = 'seal' | 'question';

export interface DataKey extends Key {
  readonly purpose: KeyPurpose;
}

/** What a thread is given, which reads what is made later by itself. */
export interface KeysInHand {
  readonly keys: readonly DataKey[];
  readonly source: MasterSource;
}

/** Reads the data keys that there are by now. @throws where they cannot be opened. */
export type ReadKeys = () => Promise<readonly DataKey[]>;

/** No key of a database has it: they are counted from 1. */
const ASIDE = 2 ** 32 - 1;

/** One for all connections of a process. Without a key until it is given some. */
export class Keys {
  readonly #byId = new Map<number, DataKey>();
  #newest: DataKey | undefined;
  #question: DataKey | undefined;
  #source: MasterSource | undefined;
  #readAgain: ReadKeys | undefined;
  #locked = new GelombangError('UNEXPECTED', 'the keys were not read');

  /** @param readAgain For when a key is met that was made since. */
  hold({ keys, source }: KeysInHand, readAgain: ReadKeys): void {
    for (const key of keys) {
      this.#byId.set(key.id, key);
      if (key.purpose === 'question') this.#question = key;
      else if (key.id > (this.#newest?.id ?? 0)) this.#newest = key;
    }
    this.#source = source;
    this.#readAgain = readAgain;
  }

  /** There are none to be had: whoever needs one is told why. */
  lock(why: GelombangError): void {
    this.#locked = why;
  }

  /** Those in hand, for another thread; undefined where there are none. */
  get inHand(): KeysInHand | undefined {
    return this.#source && { keys: [...this.#byId.values()], source: this.#source };
  }

  /** The same, but what they seal nobody else ever opens: with a key that is kept nowhere, and gone with them. */
  aside(): Keys {
    const aside = new Keys();
    aside.lock(this.#locked);
    if (this.#source === undefined || this.#readAgain === undefined) return aside;
    const own: DataKey = { id: ASIDE, purpose: 'seal', bytes: randomBytes(KEY_BYTES) };
    aside.hold({ keys: [...this.#byId.values(), own], source: this.#source }, this.#readAgain);
    return aside;
  }

  /** Sealed with the newest key. @param place See `seal`. @throws GelombangError as `lock` was told. */
  sealed(place: string, bytes: Uint8Array): Buffer {
    if (this.#newest === undefined) throw this.#locked;
    return seal(this.#newest, place, bytes);
  }

  /**
   * What was sealed. Where there is nothing, an error too: nothing is left in clear.
   * @throws GelombangError UNEXPECTED where it was changed or moved, or its key is not to be had; as `lock` was told.
   */
  async opened(place: string, bytes: Uint8Array | null | undefined): Promise<Buffer> {
    const sealed = bytes ?? new Uint8Array();
    const id = keyIdOf(sealed, place);
    const key = this.#byId.get(id) ?? (await this.#made(id));
    return open(key, place, sealed);
  }

  /** Key of the hashes under which answers of the registry are kept. @throws as `sealed` does. */
  get forQuestions(): Uint8Array {
    if (this.#question === undefined) throw this.#locked;
    return this.#question.bytes;
  }

  /** Has the data key with this id, or one that is newer: reads them again where it has not. */
  async upTo(id: number): Promise<void> {
    if (this.#newest !== undefined && this.#newest.id < id) await this.#made(id);
  }

  async #made(id: number): Promise<DataKey> {
    if (this.#source === undefined || this.#readAgain === undefined) throw this.#locked;
    this.hold({ keys: await this.#readAgain(), source: this.#source }, this.#readAgain);
    const key = this.#byId.get(id);
    if (key !== undefined) return key;
    throw new GelombangError(
      'UNEXPECTED',
      `data key ${id} is not in the database, and something is sealed with it`,
      {
        concerns: { key: id },
        next: 'Restore the table data_key from a backup.',
        final: true,
      },
    );
  }
}
