/** Holds the results of a wave and those of its replay side by side, range by range: what is held is one range of each. */
import { createHash, type Hash } from 'node:crypto';
import type pg from 'pg';
import { binaryRows } from '../db/binary-copy.ts';
import { GelombangError } from '../errors.ts';
import { MerkleTree } from '../proof/merkle.ts';
import { OUTCOMES } from '../proof/seats.ts';
import { readResults } from '../wave/result-blocks.ts';
import type { Part, PartBounds } from '../wave/stage.ts';
import { REAL } from './shadows.ts';
import { Side } from './side.ts';
import { Tally, Transitions } from './tally.ts';

/** Where the real tables are, and where the shadows. */
const BEFORE = REAL;
const AFTER = 'pg_temp';

/** Characters of lines that are given on at once. */
const CHUNK = 1 << 16;
/** Differences that are named, of however many. */
const MOST_NAMED = 20;

/** The first line of the file of applications that change sides. */
export const SIDES_HEADER =
  'registration_no,outcome_before,outcome_after,reasons_before,reasons_after,tier_before,tier_after,rank_before,rank_after\n';

/** The hashes of one side: of the lines of results and pool, and the pool as a tree. */
export interface Digests {
  /** SHA-256 of the lines without a header. */
  readonly results: string;
  readonly pool: string;
  readonly poolRoot: string;
}

/** A line that is not as it was: whose, of which file. */
export interface Difference {
  readonly registrationNo: string;
  readonly file: 'results.csv' | 'pool.csv';
}

export class Comparison {
  readonly before = new Tally();
  readonly after = new Tally();
  readonly transitions = new Transitions();
  /** The first of them. */
  readonly differences: Difference[] = [];
  differenceCount = 0;
  /** Applications whose outcome is another. */
  changedSides = 0;
  readonly #hashes = [new Hashing(), new Hashing()] as const;
  readonly #client: pg.ClientBase;
  readonly #waveId: number;

  constructor(client: pg.ClientBase, waveId: number) {
    this.#client = client;
    this.#waveId = waveId;
  }

  /** Goes through all ranges; gives the lines of those who change sides, in the order of their registration numbers. */
  async *sides(ranges: readonly PartBounds[], onRange: (done: number) => void): AsyncGenerator<string> {
    for (const [part, { lower, upper }] of ranges.entries()) {
      const before = await this.#read(BEFORE, { part, lower, upper }, this.#hashes[0]);
      const after = await this.#read(AFTER, { part, lower, upper }, this.#hashes[1]);
      yield* this.#compare(before, after);
      onRange(part + 1);
    }
  }

  /** Once all ranges are through. */
  async digests(): Promise<{ readonly before: Digests; readonly after: Digests }> {
    const [before, after] = this.#hashes;
    return {
      before: before.end(await this.#rootOf(BEFORE)),
      after: after.end(await this.#rootOf(AFTER)),
    };
  }

  *#compare(before: Side, after: Side): Generator<string> {
    let chunk = '';
    for (;;) {
      const [was, is] = [before.next(), after.next()];
      if (!was && !is) break;
      if (was !== is || !before.isOfSame(after) || !before.agrees || !after.agrees) throw this.#disagree();
      this.before.take(before);
      this.after.take(after);
      this.transitions.take(before.outcome, after.outcome);
      if (!before.saysTheSame(after)) this.#differ(before, 'results.csv');
      else if (!before.poolSaysTheSame(after)) this.#differ(before, 'pool.csv');
      if (before.outcome === after.outcome) continue;
      this.changedSides++;
      chunk += sideLine(before, after);
      if (chunk.length < CHUNK) continue;
      yield chunk;
      chunk = '';
    }
    if (chunk !== '') yield chunk;
  }

  #differ({ registrationNo }: Side, file: Difference['file']): void {
    this.differenceCount++;
    if (this.differences.length < MOST_NAMED) this.differences.push({ registrationNo, file });
  }

  async #read(schema: string, range: Part, hashing: Hashing): Promise<Side> {
    const client = this.#client;
    const waveId = this.#waveId;
    const results: Buffer[] = [];
    for await (const { lines } of readResults(client, waveId, range, `${schema}.result_block`))
      results.push(lines);
    const query = `select lines from ${schema}.pool where wave_id = ${waveId} and part = ${range.part}`;
    const pool: Buffer[] = [];
    for await (const [lines] of binaryRows(client, query)) if (lines) pool.push(lines);
    const side = new Side(Buffer.concat(results), Buffer.concat(pool));
    hashing.take(side.lines, side.pool);
    return side;
  }

  async #rootOf(schema: string): Promise<string> {
    const { rows } = await this.#client.query<{ subtrees: { level: number; digest: string }[] }>(
      `select subtrees from ${schema}.pool where wave_id = $1 order by part`,
      [this.#waveId],
    );
    const tree = new MerkleTree();
    for (const { level, digest } of rows.flatMap(({ subtrees }) => subtrees)) {
      tree.addSubtree({ level, digest: Buffer.from(digest, 'hex').toString('latin1') });
    }
    return tree.root().toString('hex');
  }

  #disagree(): GelombangError {
    const waveId = this.#waveId;
    return new GelombangError(
      'UNEXPECTED',
      `the results of wave ${waveId}, its pool and its applications do not agree`,
      {
        concerns: { wave: waveId },
        next: 'Its tables were changed by someone. Hold an earlier export against a new one.',
      },
    );
  }
}

class Hashing {
  readonly #results: Hash = createHash('sha256');
  readonly #pool: Hash = createHash('sha256');

  take(results: Buffer, pool: Buffer): void {
    this.#results.update(results);
    this.#pool.update(pool);
  }

  end(poolRoot: string): Digests {
    return { results: this.#results.digest('hex'), pool: this.#pool.digest('hex'), poolRoot };
  }
}

/** Nothing in it needs quotes. */
function sideLine(before: Side, after: Side): string {
  const columns = [
    before.registrationNo,
    ...[OUTCOMES[before.outcome], OUTCOMES[after.outcome], before.reasons, after.reasons],
    ...[before.tier, after.tier, before.rank, after.rank].map((value) => (value < 0 ? '' : value)),
  ];
  return `${columns.join(',')}\n`;
}
