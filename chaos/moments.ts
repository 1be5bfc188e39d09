/** When something is broken: at a number of what a process asks of its servers, or so many milliseconds after its start. */
import type { Chance } from '../fixtures/chance.ts';
import type { Program } from './programs.ts';
import type { Decide, ServerProxy } from './proxy/proxy.ts';
import type { Reference } from './reference.ts';
import type { Rig } from './rig.ts';
import type { How } from './stand.ts';

type When = 'instead' | 'after' | 'answered';

export type Moment =
  | { readonly of: 'statement' | 'command'; readonly number: number; readonly when: When }
  | { readonly of: 'time'; readonly milliseconds: number };

const ALL: readonly [When, ...When[]] = ['instead', 'after', 'answered'];

/** @param whens Around what is asked; in all ways where it is not given. */
export function momentIn(
  chance: Chance,
  rig: Rig,
  reference: Reference,
  whens: readonly [When, ...When[]] = ALL,
): Moment {
  const way = chance.below(rig.backend === 'redis' ? 10 : 8);
  if (way < 6)
    return { of: 'statement', number: placeIn(chance, reference.statements), when: chance.of(whens) };
  if (way < 8) return timeIn(chance, reference);
  return { of: 'command', number: placeIn(chance, reference.commands), when: chance.of(whens) };
}

export function timeIn(chance: Chance, { milliseconds }: Reference): Moment {
  return { of: 'time', milliseconds: chance.below(Math.ceil(milliseconds)) };
}

/**
 * A place in a list, from 1: any of what is there once is as likely as any of what is there hundreds of times, since a
 * close asks some things of every block and others once.
 */
export function placeIn(chance: Chance, asked: readonly string[]): number {
  const places = new Map<string, number[]>();
  asked.forEach((what, at) => {
    const own = places.get(what) ?? [];
    own.push(at + 1);
    places.set(what, own);
  });
  const own = [...places.values()][chance.below(Math.max(1, places.size))] ?? [1];
  return own[chance.below(own.length)] ?? 1;
}

export function inWords(moment: Moment): string {
  return moment.of === 'time'
    ? `after ${moment.milliseconds} ms`
    : `at ${moment.of} ${moment.number} (${moment.when})`;
}

export interface Started {
  readonly program: Program;
  readonly database: ServerProxy | undefined;
  readonly queue: ServerProxy | undefined;
  /** Whether the moment has come. */
  readonly hasCome: () => boolean;
  /** Settles when the moment has come and what was done then is done, or when the process has ended before. */
  readonly done: Promise<void>;
}

/** Begins a command and does something to it, once, at the moment; where it ends before, nothing is done. */
export async function startWith(
  rig: Rig,
  args: readonly string[],
  moment: Moment,
  act: (program: Program) => unknown,
  how: How = {},
): Promise<Started> {
  const isEmbedded = rig.stand.server === 'embedded';
  const database = isEmbedded ? undefined : (how.database ?? (await rig.sqlProxy()));
  const queue = rig.backend === 'redis' ? (how.queue ?? (await rig.redisProxy())) : undefined;
  let hasCome = false;
  let doing: unknown;
  let program: Program | undefined;
  const come = () => {
    if (hasCome || program === undefined || program.hasEnded) return;
    hasCome = true;
    rig.broke(`${inWords(moment)} of ${args.join(' ')}`);
    doing = act(program);
  };
  watch(moment, { database, queue }, come);
  program = rig.start(args, { ...how, ...proxies(database, queue) });
  const timer = moment.of === 'time' ? setTimeout(come, moment.milliseconds) : undefined;
  const done = untilCome(program, () => hasCome).then(() => {
    clearTimeout(timer);
    return doing as Promise<void>;
  });
  return { program, database, queue, hasCome: () => hasCome, done };
}

function watch(
  moment: Moment,
  { database, queue }: { database: ServerProxy | undefined; queue: ServerProxy | undefined },
  act: () => void,
): void {
  if (moment.of === 'time') return;
  const decide: Decide = (number) => (number === moment.number ? { kind: moment.when, act } : undefined);
  (moment.of === 'statement' ? database : queue)?.decide(decide);
}

function proxies(database: ServerProxy | undefined, queue: ServerProxy | undefined): How {
  return { ...(database === undefined ? {} : { database }), ...(queue === undefined ? {} : { queue }) };
}

async function untilCome(program: Program, hasCome: () => boolean): Promise<void> {
  while (!hasCome() && !program.hasEnded) await new Promise((resolve) => setTimeout(resolve, 5));
}
