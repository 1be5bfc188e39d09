/** The ranges of the pool, each in draw order, as one order. */
import type pg from 'pg';
import { type BlockOf, takeOne } from '../wave/stage-blocks.ts';

/** One range: a block of it at a time, and the row that is next. */
export class Run {
  readonly range: number;
  readonly #client: pg.ClientBase;
  readonly #waveId: number;
  #block: BlockOf<'drawn'> | undefined;
  #position = 0;
  #row = -1;

  constructor(client: pg.ClientBase, waveId: number, range: number) {
    this.#client = client;
    this.#waveId = waveId;
    this.range = range;
  }

  get row(): number {
    return this.#row;
  }

  /** The columns in which `row` stands. */
  get of(): BlockOf<'drawn'>['of'] {
    // There is one whenever `next` said so.
    return (this.#block as BlockOf<'drawn'>).of;
  }

  /** Goes to the next row of the block; false at its end. */
  step(): boolean {
    this.#row++;
    return this.#block !== undefined && this.#row < this.#block.rows;
  }

  /** Fetches the next block and goes to its first row; false when there is none. */
  async fetch(): Promise<boolean> {
    this.#block = await takeOne(this.#client, this.#waveId, 'drawn', this.range, this.#position++);
    this.#row = 0;
    return this.#block !== undefined;
  }
}

/** Below 0 where the left one's next row comes first: tier, draw, then the range, which is that of registration numbers. */
function compareRuns(left: Run, right: Run): number {
  const [a, b] = [left.of, right.of];
  const tiers = (a.tier[left.row] as number) - (b.tier[right.row] as number);
  if (tiers !== 0) return tiers;
  const { width } = a.draw;
  for (let word = 0; word < width; word++) {
    const difference =
      (a.draw.data[left.row * width + word] as number) - (b.draw.data[right.row * width + word] as number);
    if (difference !== 0) return difference;
  }
  return left.range - right.range;
}

/** Goes through all rows of all runs in draw order; `take` is told of the run whose row it is. */
export async function inDrawOrder(runs: readonly Run[], take: (run: Run) => void): Promise<void> {
  const heap: Run[] = [];
  for (const run of runs) if (await run.fetch()) heap.push(run);
  for (let at = heap.length >> 1; at >= 0; at--) settle(heap, at);
  for (let first = heap[0]; first !== undefined; first = heap[0]) {
    take(first);
    if (!first.step() && !(await first.fetch())) {
      const last = heap.pop();
      if (last !== undefined && last !== first) heap[0] = last;
    }
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
