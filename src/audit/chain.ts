/** The chain of the audit log, entry by entry: what was changed, taken out, put in or moved does not follow. */
import { type Entry, type Head, hashOf } from './entry.ts';

/** Of the first entry. */
const NOTHING_BEFORE = '0'.repeat(64);

export interface ChainFault {
  /** The entry at which it shows; null of the log as a whole. */
  readonly entry: number | null;
  readonly what: string;
  readonly hint?: string;
}

/** Where the log stood once, by what is kept elsewhere. */
export interface Anchor extends Head {
  /** Where that is said: `wave 17`, a file. */
  readonly said: string;
  /** What to do where the log does not go through there. */
  readonly hint?: string;
}

export class Chain {
  #head: Head | undefined;
  readonly #anchors: readonly Anchor[];

  /** @param anchors In the order of their entries. */
  constructor(anchors: readonly Anchor[]) {
    this.#anchors = anchors;
  }

  /** The last entry that was taken. */
  get head(): Head | undefined {
    return this.#head;
  }

  /** Takes the next entry; gives what is wrong with it. After a fault it goes on from what stands there. */
  take(entry: Entry): ChainFault[] {
    const { number, previous, hash } = entry;
    const expected = (this.#head?.entry ?? 0) + 1;
    const before = this.#head?.sha256 ?? NOTHING_BEFORE;
    this.#head = { entry: number, sha256: hash };
    const faults: Omit<ChainFault, 'entry'>[] = [];
    if (number > expected) return [{ entry: expected, what: missing(expected, number - 1) }];
    if (number < expected) faults.push({ what: `there is another entry ${number}` });
    if (previous !== before) faults.push({ what: 'it does not follow from the entry before' });
    if (hashOf(entry) !== hash) faults.push({ what: 'it is not what was hashed: it was changed' });
    const told = this.#anchors.filter((anchor) => anchor.entry === number && anchor.sha256 !== hash);
    faults.push(...told.map(({ said, hint }) => ({ what: otherThan(said), ...(hint && { hint }) })));
    return faults.map((fault) => ({ entry: number, ...fault }));
  }

  /** What is wrong with the end: entries of which something is known, and that are not there. */
  end(): ChainFault[] {
    const last = this.#head?.entry ?? 0;
    const beyond = this.#anchors.filter(({ entry }) => entry > last);
    return beyond.map(({ entry, said, hint }) => ({
      entry: last + 1,
      what: `the log ends with ${last}, and ${said} has entry ${entry}: the end was cut off, or an older backup was restored`,
      ...(hint && { hint }),
    }));
  }
}

function otherThan(said: string): string {
  return `it is another one than ${said} has: the log was written anew, or goes on from an older backup`;
}

function missing(from: number, to: number): string {
  return from === to ? 'it is missing' : `entries ${from} to ${to} are missing`;
}
