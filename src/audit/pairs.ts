/** Beginnings and ends in the audit log: whoever may add entries could add an end to what others have begun. */
import type { ChainFault } from './chain.ts';
import type { Entry } from './entry.ts';

/** What an end has in common with its beginning. */
const SAME = ['action', 'operator', 'login'] as const;

export class Pairs {
  /** Begun and not ended so far, by their numbers: those that are under way, or were cut off. */
  readonly #begun = new Map<number, Entry>();

  /** Takes the next entry; gives what is wrong with what it ends. */
  take(entry: Entry): ChainFault[] {
    const { number, began, outcome } = entry;
    if (outcome === 'begun') this.#begun.set(number, entry);
    if (began === null) return [];
    const beginning = this.#begun.get(began);
    this.#begun.delete(began);
    if (beginning === undefined || began === number)
      return [{ entry: number, what: `it ends entry ${began}, which began nothing, or had ended` }];
    const others = SAME.filter((name) => beginning[name] !== entry[name]);
    if (others.length === 0) return [];
    return [{ entry: number, what: `it ends entry ${began}, whose ${others.join(' and ')} is another` }];
  }
}
