/** The ranges of the pool, each in draw order, as one order. */
import type pg from 'pg';
import { stagesDisagree } from '../wave/disagreement.ts';
import { takeOne } from '../wave/handover.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

const TWO_TO_32 = 2 ** 32;

/** One range: a block of it at a time, and the row that is next. */
export class Run {
  readonly range: number;
  readonly #client: pg.ClientBase;
  readonly #waveId: number;
  #block: BlockOf<'drawn'> | undefined;
  #position = 0;
  /** Rows that are still to be fetched. */
  #left: number;
  row = 0;
  /** Of the next row: its tier with the first 32 bits of its draw, and the next 32. Seldom is more to be looked at. */
  first = 0;
  second = 0;

  /** @param members Rows of all of its blocks. */
  constructor(client: pg.ClientBase, waveId: number, range: number, members: number) {
    this.#client = client;
    this.#waveId = waveId;
    this.range = range;
    this.#left = members;
  }

  /** The columns in which `row` stands. */
  get of(): BlockOf<'drawn'>['of'] {
    // There is one whenever `step` or `fetch` said so.
    return (this.#block as BlockOf<'drawn'>).of;
  }

  /** Goes to the next row of the block; false at its end. */
  step(): boolean {
    this.row++;
    return this.#look();
  }

  /** Fetches the next block and goes to its first row; false when there is none. @throws GelombangError where some are missing. */
  async fetch(): Promise<boolean> {
    this.#block = await takeOne(this.#client, this.#waveId, 'drawn', this.range, this.#position++);
    this.row = 0;
    this.#left -= this.#block?.rows ?? 0;
    if (this.#block === undefined && this.#left !== 0) {
      throw stagesDisagree(`range ${this.range} has ${this.#left} members of the pool more than were drawn`);
    }
    return this.#look();
  }

  #look(): boolean {
    const block = this.#block;
    if (block === undefined || this.row >= block.rows) return false;
    const { tier, draw } = block.of;
    const word = this.row * draw.width;
    this.first = (tier[this.row] as number) * TWO_TO_32 + (draw.data[word] as number);
    this.second = draw.data[word + 1] as number;
    return true;
  }
}

/** Below 0 where the left one's next row comes first: tier, draw, then the range, which is that of registration numbers. */
function compareRuns(left: Run, right: Run): number {
  return left.first - right.first || left.second - right.second || compareRest(left, right);
}

function compareRest(left: Run, right: Run): number {
  const [a, b] = [left.of.draw, right.of.draw];
  for (let word = 2; word < a.width; word++) {
    const difference =
      (a.data[left.row * a.width + word] as number) - (b.data[right.row * b.width + word] as number);
    if (difference !== 0) return difference;
  }
  return left.range - right.range;
}

/** Goes through all rows of all runs in draw order; `take` is told of the run whose row it is. */
export async function inDrawOrder(runs: readonly Run[], take: (run: Run) => void): Promise<void> {
  const heap: Run[] = [];
  for (const run of runs) if (await run.fetch()) heap.push(run);
  for (let at = heap.length >> 1; at >= 0; at--) settle(heap, at);
  while (heap.length > 0) {
    const ended = toBlockEnd(heap, take);
    if (!(await ended.fetch())) {
      const last = heap.pop();
      if (last !== undefined && last !== ended) heap[0] = last;
    }
    settle(heap, 0);
  }
}

/** Goes on until a block is through; gives the run whose it is, which is the first of the heap. */
function toBlockEnd(heap: Run[], take: (run: Run) => void): Run {
  for (;;) {
    const first = heap[0] as Run;
    take(first);
    if (!first.step()) return first;
    settle(heap, 0);
  }
}

/** Sinks the run at a place of the binary heap until none below it comes before it. */
function settle(heap: Run[], from: number): void {
  for (let at = from; ; ) {
    let first = at;
    for (let child = 2 * at + 1; child <= 2 * at + 2 && child < heap.length; child++) {
      if (compareRuns(heap[child] as Run, heap[first] as Run) < 0) first = child;
    }
    if (first === at) return;
    const sunk = heap[at] as Run;
    heap[at] = heap[first] as Run;
    heap[first] = sunk;
    at = first;
  }
}
