import { Households } from '../proof/households.ts';
import { MerkleTree } from '../proof/merkle.ts';
import { candidateRanks, DRAW_BYTES, drawOrder, type PoolColumns } from '../proof/order.ts';
import { POOL_HEADER, type PoolLine, parsePoolLine } from '../proof/pool-line.ts';
import { allotSeats, OUTCOME } from '../proof/seats.ts';
import { drawOf } from '../proof/seed.ts';
import type { Report } from './files.ts';
import { counted, type Findings } from './findings.ts';
import { Lines } from './lines.ts';
import { isObject, type Statement } from './statement.ts';

/** What the draw gives each line of the pool. Row i is line i + 2 of pool.csv. */
export interface DrawnPool {
  readonly size: number;
  readonly tier: Uint32Array;
  /** From 1; 0 for an application that its household's cap keeps out. */
  readonly rank: Uint32Array;
  /** Place in `OUTCOMES`. */
  readonly outcome: Uint8Array;
  readonly candidates: number;
}

/** The bounds that the policy sets to a line of the pool. */
interface Bounds {
  readonly tier: number;
  readonly tickets: number;
  readonly slots: number;
}

/**
 * Reads the pool, checks its root and draws it with the seed stated. About 60 bytes a line are held. Undefined if a line
 * is not one of a pool or not in its place: then there is nothing to draw from.
 */
export async function drawPool(
  dir: string,
  statement: Statement,
  lines: number,
  findings: Findings,
  report: Report,
): Promise<DrawnPool | undefined> {
  const reading = new PoolReading(statement, lines, findings);
  const file = new Lines(dir, 'pool.csv', report);
  findings.same('pool.csv:1', 'the header', await file.next(), POOL_HEADER);
  for (let text = await file.next(); text !== undefined; ) {
    reading.add(text, `pool.csv:${file.number}`);
    const next = file.next();
    text = next instanceof Promise ? await next : next;
  }
  findings.same(statement.where('pool_root'), 'pool_root', statement.pool_root, reading.root());
  findings.close(
    'pool',
    `${counted(reading.size, 'line')} of pool.csv in order, their Merkle root, household slots`,
  );
  if (reading.broken) return undefined;
  const rank = candidateRanks(reading, drawOrder(reading));
  const candidates = rank.reduce((count, value) => (value > 0 ? count + 1 : count), 0);
  const outcome = outcomesOf(rank, candidates, reading.region, statement);
  return { size: reading.size, tier: reading.tier, rank, outcome, candidates };
}

function outcomesOf(
  rank: Uint32Array,
  candidates: number,
  region: Uint8Array,
  { quota, reserve, regions }: Statement,
): Uint8Array {
  const byRank = new Uint8Array(candidates);
  for (const [row, place] of rank.entries()) if (place > 0) byRank[place - 1] = region[row] as number;
  const allotted = allotSeats(byRank, { quota, reserve, regions });
  return Uint8Array.from(rank, (place) =>
    place === 0 ? OUTCOME.HOUSEHOLD_CAP : (allotted[place - 1] as number),
  );
}

/** The pool while it is read: its tree and its columns. */
class PoolReading implements PoolColumns {
  size = 0;
  readonly tier: Uint32Array;
  readonly draw: Buffer;
  readonly household: Uint32Array;
  readonly slots: Uint32Array;
  readonly region: Uint8Array;
  broken = false;
  private readonly tree = new MerkleTree();
  private readonly households = new Households();
  /** The slots of a household by its number, plus one; 0 before it is met. */
  private readonly slotsOfHousehold: Uint32Array;
  private readonly bounds: Bounds;
  private readonly seed: string;
  private readonly findings: Findings;
  private before = '';

  constructor(statement: Statement, lines: number, findings: Findings) {
    this.tier = new Uint32Array(lines);
    this.draw = Buffer.alloc(lines * DRAW_BYTES);
    this.household = new Uint32Array(lines);
    this.slots = new Uint32Array(lines);
    this.region = new Uint8Array(lines);
    this.slotsOfHousehold = new Uint32Array(lines);
    this.bounds = boundsOf(statement);
    this.seed = statement.seed;
    this.findings = findings;
  }

  add(text: string, where: string): void {
    this.tree.add(text);
    const line = parsePoolLine(text);
    if (line === undefined) {
      this.broken = true;
      this.findings.fault(where, `is no line of a pool, expected ${POOL_HEADER}`);
      return;
    }
    if (line.registration_no <= this.before) {
      this.broken = true;
      this.findings.fault(
        where,
        `${line.registration_no} stands behind ${this.before}, expected byte order, each once`,
      );
    }
    this.before = line.registration_no;
    if (line.tickets > this.bounds.tickets) {
      this.broken = true; // and not drawn: a made-up number of tickets could keep the verification busy for days
      this.findings.fault(where, `tickets is ${line.tickets}, expected up to ${this.bounds.tickets}`);
      return;
    }
    this.keep(line);
    this.checkBounds(line, where);
  }

  root(): string {
    return this.tree.root().toString('hex');
  }

  private keep(line: PoolLine): void {
    const row = this.size++;
    this.tier[row] = line.tier;
    this.household[row] = this.households.numberOf(line.household);
    this.slots[row] = line.slots;
    this.region[row] = Number(line.region);
    this.draw.write(drawOf(this.seed, line.registration_no, line.tickets), row * DRAW_BYTES, 'hex');
  }

  private checkBounds(line: PoolLine, where: string): void {
    const { bounds, findings } = this;
    const household = this.households.numberOf(line.household);
    const slots = this.slotsOfHousehold[household] || line.slots + 1;
    this.slotsOfHousehold[household] = slots;
    findings.same(where, `slots of household ${line.household}`, line.slots, slots - 1);
    if (line.slots > bounds.slots)
      findings.fault(where, `slots is ${line.slots}, expected up to ${bounds.slots}`);
    if (line.tier > bounds.tier) findings.fault(where, `tier is ${line.tier}, expected up to ${bounds.tier}`);
  }
}

function boundsOf({ policy, household_cap }: Statement): Bounds {
  const most = isObject(policy.tickets) ? policy.tickets.max : undefined;
  return {
    tier: Array.isArray(policy.priority) ? policy.priority.length : 0,
    tickets: typeof most === 'number' ? most : 1,
    slots: household_cap,
  };
}
