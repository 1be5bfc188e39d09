/**
 * Which registration numbers may have come before: by fingerprints of 32 bits, since the numbers of ten million rows
 * would not fit into memory, and an index on the table was measured at twice the cost of its rows. A number that is
 * new to the set is new; one that is not may be, and is settled by the database.
 */
import type pg from 'pg';
import { headsOf } from './heads.ts';

const SHELVES = 16;
const SHELF_SHIFT = 28;
const FIRST_SLOTS = 1 << 8;
/** Of the slots in use, in percent: beyond it, looking for one takes long. */
const MOST_FULL = 75;
const FREE = 0;

/**
 * Fingerprints in arrays of open addressing, four bytes a slot. Several of them, by the highest bits: one array that
 * doubles would for a while take half as much again as the set.
 */
export class Fingerprints {
  readonly #shelves = Array.from({ length: SHELVES }, () => new Shelf());

  /** Whether it was not there; from now on it is. */
  add(fingerprint: number): boolean {
    const kept = fingerprint === FREE ? 1 : fingerprint;
    return (this.#shelves[kept >>> SHELF_SHIFT] as Shelf).add(kept);
  }
}

class Shelf {
  #slots = new Uint32Array(FIRST_SLOTS);
  #count = 0;

  add(fingerprint: number): boolean {
    const slot = slotOf(this.#slots, fingerprint);
    if (this.#slots[slot] === fingerprint) return false;
    this.#slots[slot] = fingerprint;
    this.#count += 1;
    if (this.#count * 100 > this.#slots.length * MOST_FULL) this.#grow();
    return true;
  }

  #grow(): void {
    const slots = new Uint32Array(2 * this.#slots.length);
    for (const fingerprint of this.#slots) {
      if (fingerprint !== FREE) slots[slotOf(slots, fingerprint)] = fingerprint;
    }
    this.#slots = slots;
  }
}

/** Where it is, or the free slot where it would be. The number of slots is a power of two. */
function slotOf(slots: Uint32Array, fingerprint: number): number {
  const mask = slots.length - 1;
  let slot = fingerprint & mask;
  while (slots[slot] !== FREE && slots[slot] !== fingerprint) slot = (slot + 1) & mask;
  return slot;
}

/** Of a registration number in words; zeros at its end do not count. The mixing is that of MurmurHash3. */
export function fingerprintOf(words: Uint32Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at++) {
    const word = words[at] as number;
    if (word === 0) break;
    const mixed = Math.imul(word, 0xcc9e2d51);
    hash ^= Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64;
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The finished imports into a wave, as the statement sees them. */
export async function finishedImports(client: pg.ClientBase, waveId: number): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    "select id from import_file where kind = 'applicants' and wave_id = $1 and finished_at is not null",
    [waveId],
  );
  return rows.map(({ id }) => id);
}

/** Adds the registration numbers of these imports. */
export async function addImported(
  client: pg.ClientBase,
  waveId: number,
  imports: readonly number[],
  to: Fingerprints,
): Promise<void> {
  for await (const { numbers, rows } of headsOf(client, { waveId, imports })) {
    const { width, data } = numbers;
    for (let row = 0; row < rows; row++) to.add(fingerprintOf(data, row * width, (row + 1) * width));
  }
}
