/** A kind of what can go wrong: how a case of it is made from chance. */
import type { Chance } from '../fixtures/chance.ts';
import type { Base } from './base.ts';
import type { Reference } from './reference.ts';
import type { Rig } from './rig.ts';
import type { Backend, Stand } from './stand.ts';

export interface Case {
  /** All that is random in it. */
  readonly chance: Chance;
  readonly rig: Rig;
  readonly reference: Reference;
  /** A place in what is asked, or one of so many, from 1: each in its turn where every one is asked for, else by chance. */
  turn(asked: readonly string[] | number): number;
  /** Whether everything is asked for that there is, however long it takes. */
  readonly every: boolean;
}

export interface Kind {
  readonly name: string;
  /** What is broken, in a line. */
  readonly about: string;
  /** Cases of it in a run, where nothing is said. */
  readonly usual: number;
  /** The queues that it has a meaning for; both where it is not given. */
  readonly backends?: readonly Backend[];
  /** What its cases stand on; the usual where it is not given. */
  readonly stand?: (chance: Chance) => Partial<Stand>;
  /** How many turns there are to every one. */
  readonly turns?: (reference: Reference) => number;
  /** Why it cannot be run here. */
  readonly lacks?: (base: Base) => Promise<string | undefined>;
  /** Breaks, and lets the operator go on until the wave is through. What it comes to is compared afterwards. */
  run(one: Case): Promise<void>;
}
