import { OUTCOME, OUTCOMES, type Outcome } from '../proof/seats.ts';
import { sha256, writeDigest } from '../proof/sha256.ts';
import { Ascending, comparedBytes, placeOf } from './byte-order.ts';
import { counted } from './findings.ts';
import type { Grounds } from './grounds.ts';
import { Lines } from './lines.ts';
import { type DrawnPool, FIRST_LINE } from './pool.ts';
import { Reasons } from './reasons.ts';
import { saysAsDrawn } from './result-bytes.ts';
import { compareMember, compareOutsider, drawnOf, readResult } from './result-lines.ts';

export const RESULTS_HEADER = 'registration_no,nik,outcome,reasons,tier,rank';

const DIGEST_BYTES = 32;
const COMMA = 0x2c;

/** What results.csv says, counted, and its accepted lines by rank. */
export interface Tally {
  readonly applications: number;
  readonly outcomes: ReadonlyMap<Outcome, number>;
  /** How many applications have the reason. */
  readonly reasons: ReadonlyMap<string, number>;
  /** SHA-256 of the line of each application to accept, in the order of their ranks. */
  readonly acceptedHash: Buffer;
  /** Its line in results.csv; 0 if it has none. */
  readonly acceptedLine: Uint32Array;
}

/** Compares every line of results.csv with the draw; both tables are in the order of registration_no and are merged. */
export async function compareResults(grounds: Grounds, pool: DrawnPool): Promise<Tally> {
  const { dir, findings, report } = grounds;
  const results = new Lines(dir, 'results.csv', report);
  const members = new Lines(dir, 'pool.csv', () => {});
  findings.same('results.csv:1', 'the header', await results.header(), RESULTS_HEADER);
  await members.header();
  const comparison = new Comparison(grounds, pool, results, members);
  await comparison.merge();
  const tally = comparison.tally();
  findings.close(
    'results',
    `${counted(tally.applications, 'line')} of results.csv: outcome, reasons, tier and rank of each`,
  );
  return tally;
}

class Comparison {
  readonly #grounds: Grounds;
  readonly #pool: DrawnPool;
  readonly #results: Lines;
  readonly #members: Lines;
  /** Whether `#members` is at a line, and where its registration number ends. */
  #isAtMember = false;
  #memberEnd = 0;
  readonly #numbers = new Ascending();
  readonly #outcomes = new Map<Outcome, number>();
  /** Of the members of the pool, by place in `OUTCOMES`: a map of them would be asked millions of times. */
  readonly #asDrawn = new Uint32Array(OUTCOMES.length);
  readonly #reasons: Reasons;
  /** By rank − 1, how many of the candidates before are to be accepted. */
  readonly #acceptedBefore: Uint32Array;
  readonly #acceptedHash: Buffer;
  readonly #acceptedLine: Uint32Array;

  constructor(grounds: Grounds, pool: DrawnPool, results: Lines, members: Lines) {
    this.#grounds = grounds;
    this.#pool = pool;
    this.#results = results;
    this.#members = members;
    this.#reasons = new Reasons(grounds.terms.codes, grounds.findings);
    this.#acceptedBefore = new Uint32Array(pool.candidates);
    let accepted = 0;
    for (let place = 0; place < pool.candidates; place++) {
      this.#acceptedBefore[place] = accepted;
      if (pool.outcomes[place] === OUTCOME.ACCEPTED) accepted++;
    }
    this.#acceptedHash = Buffer.alloc(accepted * DIGEST_BYTES);
    this.#acceptedLine = new Uint32Array(accepted);
  }

  async merge(): Promise<void> {
    const results = this.#results;
    await this.#nextMember();
    for (let more = results.next(); typeof more === 'boolean' ? more : await more; more = results.next()) {
      const { bytes, start, end } = results;
      const numberEnd = placeOf(COMMA, bytes, start, end);
      this.#checkOrder(numberEnd);
      let compared = this.#comparedToMember(numberEnd);
      while (compared > 0) {
        this.#missMember(results.number - 1);
        await this.#nextMember();
        compared = this.#comparedToMember(numberEnd);
      }
      this.#compareLine(numberEnd, compared === 0 ? this.#members.number - FIRST_LINE : undefined);
      if (compared !== 0) continue;
      const next = this.#nextMember();
      if (next !== undefined) await next;
    }
    while (this.#isAtMember) {
      this.#missMember(results.number);
      await this.#nextMember();
    }
  }

  tally(): Tally {
    const outcomes = new Map(
      OUTCOMES.map((outcome, place) => [
        outcome,
        (this.#outcomes.get(outcome) ?? 0) + (this.#asDrawn[place] as number),
      ]),
    );
    return {
      applications: Math.max(0, this.#results.number - 1),
      outcomes,
      reasons: this.#reasons.counts(),
      acceptedHash: this.#acceptedHash,
      acceptedLine: this.#acceptedLine,
    };
  }

  #checkOrder(numberEnd: number): void {
    const { bytes, start } = this.#results;
    if (!this.#numbers.isBehind(bytes, start, numberEnd)) {
      const number = bytes.toString('utf8', start, numberEnd);
      this.#fault(`${number} stands behind ${this.#numbers.text()}, expected byte order, each once`);
    }
    this.#numbers.keep(bytes, start, numberEnd);
  }

  /** Above 0 where the member comes before the line of the results; below 0 also behind the last member. */
  #comparedToMember(numberEnd: number): number {
    if (!this.#isAtMember) return -1;
    const { bytes, start } = this.#results;
    const members = this.#members;
    return comparedBytes(bytes, start, numberEnd, members.bytes, members.start, this.#memberEnd);
  }

  /** A promise only where the file must be read further. */
  #nextMember(): Promise<void> | undefined {
    const more = this.#members.next();
    if (typeof more !== 'boolean') return more.then((is) => this.#atMember(is));
    this.#atMember(more);
    return undefined;
  }

  #atMember(is: boolean): void {
    const { bytes, start, end } = this.#members;
    this.#isAtMember = is;
    this.#memberEnd = placeOf(COMMA, bytes, start, end);
  }

  /** @param behind The line of the results that it should stand behind. */
  #missMember(behind: number): void {
    const { bytes, start, number } = this.#members;
    const missed = bytes.toString('latin1', start, this.#memberEnd);
    const drawn = drawnOf(this.#pool, number - FIRST_LINE);
    const what = `${missed} of pool.csv:${number} is missing behind it, expected a line with ${drawn}`;
    this.#grounds.findings.fault(`results.csv:${behind}`, what);
  }

  #compareLine(numberEnd: number, row: number | undefined): void {
    const { bytes, end } = this.#results;
    if (row === undefined) this.#explainLine(undefined);
    else {
      const outcome = this.#pool.placeOf(row);
      const [tier, rank] = [this.#pool.tier[row] as number, this.#pool.rank[row] as number];
      if (saysAsDrawn(bytes, numberEnd + 1, end, { outcome, tier, rank }))
        (this.#asDrawn[outcome] as number)++;
      else this.#explainLine(row);
      if (outcome === OUTCOME.ACCEPTED) this.#keepAccepted(this.#acceptedBefore[rank - 1] as number);
    }
  }

  /** Looks at a line as text, and says all that is wrong with it. */
  #explainLine(row: number | undefined): void {
    const { findings } = this.#grounds;
    const where = `results.csv:${this.#results.number}`;
    const drawn = row === undefined ? undefined : drawnOf(this.#pool, row);
    const line = readResult(this.#results.text(), where, findings, drawn);
    if (line === undefined) return;
    const outcome = OUTCOMES.find((each) => each === line.outcome);
    if (outcome !== undefined) this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    this.#reasons.count(line.reasons, where);
    if (row === undefined) compareOutsider(line, where, findings);
    else compareMember(line, where, { row, pool: this.#pool }, findings);
  }

  #keepAccepted(place: number): void {
    const { bytes, start, end, number } = this.#results;
    const digest = sha256(bytes.subarray(start, end), 'binary');
    writeDigest(digest, this.#acceptedHash, place * DIGEST_BYTES);
    this.#acceptedLine[place] = number;
  }

  #fault(what: string): void {
    this.#grounds.findings.fault(`results.csv:${this.#results.number}`, what);
  }
}
