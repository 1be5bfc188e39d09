import { Households } from '../proof/households.ts';
import type { InclusionTree } from '../proof/inclusion.ts';
import { candidateRanks, DRAW_BYTES, drawOrder, type PoolColumns } from '../proof/order.ts';
import { POOL_HEADER } from '../proof/pool-line.ts';
import { allotSeats, OUTCOME, OUTCOMES, type Outcome } from '../proof/seats.ts';
import { writeDigest } from '../proof/sha256.ts';
import { Ascending } from './byte-order.ts';
import { Draws, Leaves } from './draws.ts';
import { counted, type Findings } from './findings.ts';
import type { Grounds } from './grounds.ts';
import { Lines } from './lines.ts';
import { PoolBytes } from './pool-bytes.ts';
import type { Statement } from './statement.ts';
import { mayHaveTickets, type Terms, ticketsExpected } from './terms.ts';

/** The line of a table behind its header. */
export const FIRST_LINE = 2;

/** What the draw gives each line of the pool. Row i is line i + 2 of pool.csv. */
export class DrawnPool {
  readonly size: number;
  readonly tier: Uint32Array;
  /** From 1; 0 for an application that its household's cap keeps out. */
  readonly rank: Uint32Array;
  /** Place in `OUTCOMES` of each candidate, by rank − 1. */
  readonly outcomes: Uint8Array;

  constructor({ size, tier }: Pick<PoolColumns, 'size' | 'tier'>, rank: Uint32Array, outcomes: Uint8Array) {
    this.size = size;
    this.tier = tier;
    this.rank = rank;
    this.outcomes = outcomes;
  }

  get candidates(): number {
    return this.outcomes.length;
  }

  /** Place in `OUTCOMES`. */
  placeOf(row: number): number {
    const rank = this.rank[row] as number;
    return rank === 0 ? OUTCOME.HOUSEHOLD_CAP : (this.outcomes[rank - 1] as number);
  }

  outcomeOf(row: number): Outcome {
    return OUTCOMES[this.placeOf(row)] as Outcome;
  }
}

/**
 * Reads the pool, checks its root and draws it with the seed stated. Undefined if a line is not one of a pool or not in
 * its place: then there is nothing to draw from.
 * @param chosen An application whose path the tree is to gather.
 */
export async function drawPool(
  grounds: Grounds,
  tree: InclusionTree,
  chosen?: Chosen,
): Promise<DrawnPool | undefined> {
  const read = await readPool(grounds, tree, chosen);
  return read && drawn(read.columns, read.region, grounds.statement);
}

/** A function of its own: what only the reading needs is given up before the draw takes as much. */
async function readPool(
  { dir, statement, terms, measured, findings, report }: Grounds,
  tree: InclusionTree,
  chosen: Chosen | undefined,
) {
  const file = new Lines(dir, 'pool.csv', report);
  const rows = measured.get('pool.csv')?.lines ?? 0;
  const reading = new PoolReading(file, rows, { statement, terms, tree, findings, chosen });
  findings.same('pool.csv:1', 'the header', await file.header(), POOL_HEADER);
  await file.each(() => reading.take());
  const { columns, region, broken } = reading;
  findings.same(statement.where('pool_root'), 'pool_root', statement.pool_root, tree.proof().root);
  findings.close(
    'pool',
    `${counted(columns.size, 'line')} of pool.csv: order, Merkle root, tiers, tickets, household slots`,
  );
  return broken ? undefined : { columns, region };
}

/** One application of the pool that is looked for. */
export interface Chosen {
  readonly registrationNo: string;
  /** Called once, at its line. */
  readonly found: (line: string, leafIndex: number) => void;
}

function drawn(columns: PoolColumns, region: Uint8Array, statement: Statement): DrawnPool {
  const rank = candidateRanks(columns, drawOrder(columns));
  let candidates = 0;
  for (let row = 0; row < columns.size; row++) if (rank[row] !== 0) candidates++;
  const byRank = new Uint8Array(candidates);
  for (let row = 0; row < columns.size; row++) {
    const place = rank[row] as number;
    if (place > 0) byRank[place - 1] = region[row] as number;
  }
  return new DrawnPool(columns, rank, allotSeats(byRank, statement));
}

interface Reading {
  readonly statement: Statement;
  readonly terms: Terms;
  readonly tree: InclusionTree;
  readonly findings: Findings;
  readonly chosen: Chosen | undefined;
}

/** The pool while it is read: its tree and its columns. */
class PoolReading {
  readonly columns: ReturnType<typeof emptyColumns>;
  readonly region: Uint8Array;
  broken = false;
  readonly #file: Lines;
  readonly #with: Reading;
  readonly #line = new PoolBytes();
  readonly #leaves = new Leaves();
  readonly #draws: Draws;
  readonly #numbers = new Ascending();
  readonly #households = new Households();
  /** The slots of a household by its number, plus one; 0 before it is met. */
  readonly #slots: Uint32Array;
  #wanted: string | undefined;

  /** @param rows Lines of the pool, at the most. */
  constructor(file: Lines, rows: number, reading: Reading) {
    this.columns = emptyColumns(rows);
    this.region = new Uint8Array(rows);
    this.#slots = new Uint32Array(rows);
    this.#file = file;
    this.#with = reading;
    this.#wanted = reading.chosen?.registrationNo;
    this.#draws = new Draws(reading.statement.seed);
  }

  /** Takes the line that the file is at. */
  take(): void {
    const { bytes, start, end } = this.#file;
    const line = this.#line;
    const isLine = line.read(bytes, start, end);
    const chosen = isLine && this.#isChosen(bytes, start, line.numberEnd);
    this.#with.tree.add(this.#leaves.hashOf(bytes, start, end), chosen);
    if (!isLine) {
      this.#break(`is no line of a pool, expected ${POOL_HEADER}`);
      return;
    }
    if (!this.#numbers.isBehind(bytes, start, line.numberEnd)) {
      const number = bytes.toString('latin1', start, line.numberEnd);
      this.#break(`${number} stands behind ${this.#numbers.text()}, expected byte order, each once`);
    }
    this.#numbers.keep(bytes, start, line.numberEnd);
    if (chosen) this.#tell();
    const { tickets, lastTier } = this.#with.terms;
    // Such lines are not drawn: a made-up number of tickets could keep the verification busy for days.
    if (line.tickets > tickets.max)
      this.#break(`tickets is ${line.tickets}, expected ${ticketsExpected(tickets)}`);
    else if (line.tier > lastTier) this.#break(`tier is ${line.tier}, expected up to ${lastTier}`);
    else this.#keep();
  }

  #isChosen(bytes: Buffer, start: number, end: number): boolean {
    const number = this.#wanted;
    return number !== undefined && bytes.toString('latin1', start, end) === number;
  }

  /** The first line of the number that is looked for counts: a second one is a fault of the order. */
  #tell(): void {
    this.#wanted = undefined;
    this.#with.chosen?.found(this.#file.text(), this.#file.number - FIRST_LINE);
  }

  #break(what: string): void {
    this.broken = true;
    this.#fault(what);
  }

  #fault(what: string): void {
    this.#with.findings.fault(`pool.csv:${this.#file.number}`, what);
  }

  #keep(): void {
    const { bytes, start } = this.#file;
    const line = this.#line;
    const { columns } = this;
    const row = columns.size++;
    const household = this.#households.numberOfWords(line.high, line.low);
    columns.tier[row] = line.tier;
    columns.household[row] = household;
    columns.slots[row] = line.slots;
    this.region[row] = line.region;
    writeDigest(
      this.#draws.drawOf(bytes, start, line.numberEnd, line.tickets),
      columns.draw,
      row * DRAW_BYTES,
    );
    this.#checkTerms(household);
  }

  #checkTerms(household: number): void {
    const { tickets, slots } = this.#line;
    const { terms } = this.#with;
    const first = (this.#slots[household] || slots + 1) - 1;
    this.#slots[household] = first + 1;
    if (slots !== first) this.#fault(`slots is ${slots}, expected ${first} as in the household's first line`);
    if (slots > terms.slots) this.#fault(`slots is ${slots}, expected up to ${terms.slots}`);
    if (!mayHaveTickets(tickets, terms.tickets))
      this.#fault(`tickets is ${tickets}, expected ${ticketsExpected(terms.tickets)}`);
  }
}

function emptyColumns(rows: number) {
  return {
    size: 0,
    tier: new Uint32Array(rows),
    draw: Buffer.alloc(rows * DRAW_BYTES),
    household: new Uint32Array(rows),
    slots: new Uint32Array(rows),
  };
}
