/** The rows of `outcome`, as they are sent. */
import type { Hash } from 'node:crypto';
import type pg from 'pg';
import { writeDigits } from '../columns/identity.ts';
import { writeWords } from '../columns/words.ts';
import { BinaryRowsIn } from '../db/binary-copy.ts';
import { NIK_WARNINGS } from '../identity/nik.ts';
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES, type Outcome } from '../proof/seats.ts';
import type { Wave } from '../wave/record.ts';
import { type BlockOf, NO_TIER, NOT_FOUND } from '../wave/stage-blocks.ts';
import { CodeSets } from './code-sets.ts';

const TARGET = `outcome (wave_id, registration_no, nik, kk, outcome, reasons, tier, rank, name_similarity, nik_warnings,
  import_id, line)`;
const FIELDS = 12;

/** Rows between two looks at whether enough is gathered to be sent. */
const BATCH = 1_024;
const LONGEST_NUMBER = 32;

/** Sends the outcomes of a range; gives how many had which outcome and which reason. */
export async function sendOutcomes(
  client: pg.ClientBase,
  wave: Wave,
  verdicts: BlockOf<'verdict'>,
  selected: BlockOf<'selected'>,
  digest: Hash,
): Promise<Record<string, number>> {
  const rows = new OutcomeRows(client, wave, verdicts, digest);
  let place = 0;
  for (let row = 0; row < verdicts.rows; row++) {
    if (verdicts.of.tier[row] === NO_TIER) {
      rows.add(row, 'INELIGIBLE', 0);
    } else {
      const outcome = OUTCOMES[selected.of.outcome[place] as number] as Outcome;
      rows.add(row, outcome, selected.of.rank[place] as number);
      place++;
    }
    if (row % BATCH === 0) await rows.send();
  }
  return rows.end();
}

class OutcomeRows {
  readonly #rows: BinaryRowsIn;
  readonly #waveId: number;
  readonly #of: BlockOf<'verdict'>['of'];
  readonly #reasons: CodeSets;
  readonly #outcomes: Partial<Record<Outcome, number>> = {};
  readonly #number = new Uint8Array(LONGEST_NUMBER);

  constructor(client: pg.ClientBase, wave: Wave, verdicts: BlockOf<'verdict'>, digest: Hash) {
    this.#rows = new BinaryRowsIn(client, TARGET, digest);
    this.#waveId = wave.id;
    this.#of = verdicts.of;
    this.#reasons = new CodeSets(reasonCodes(wave.policy));
  }

  /** @param rank 0 for none. */
  add(row: number, outcome: Outcome, rank: number): void {
    const rows = this.#rows;
    const of = this.#of;
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
    rows.begin(FIELDS);
    rows.int4(this.#waveId);
    rows.bytes(this.#number, 0, writeWords(of.registrationNo, row, this.#number, 0));
    this.#digits(of.nikHigh[row] as number, of.nikLow[row] as number);
    this.#digits(of.kkHigh[row] as number, of.kkLow[row] as number);
    all(rows, OUTCOME_TEXTS[outcome]);
    all(rows, this.#reasons.take(of.reasons, row));
    this.#int2(of.tier[row] as number, NO_TIER);
    if (rank === 0) rows.null();
    else rows.int4(rank);
    this.#int2(of.nameSimilarity[row] as number, NOT_FOUND);
    all(rows, WARNING_TEXTS[of.nikWarnings[row] as number] as Buffer);
    rows.int4(of.importId[row] as number);
    rows.int8(of.line[row] as number);
  }

  async send(): Promise<void> {
    await this.#rows.send();
  }

  async end(): Promise<Record<string, number>> {
    await this.#rows.end();
    return { ...this.#outcomes, ...this.#reasons.counts() };
  }

  #digits(high: number, low: number): void {
    this.#rows.bytes(this.#number, 0, writeDigits(high, low, this.#number, 0));
  }

  #int2(value: number, none: number): void {
    if (value === none) this.#rows.null();
    else this.#rows.int2(value);
  }
}

/** Texts that come again and again, as bytes. */
const OUTCOME_TEXTS = Object.fromEntries(OUTCOMES.map((name) => [name, Buffer.from(name)])) as Record<
  Outcome,
  Buffer
>;
const WARNINGS = Object.keys(NIK_WARNINGS);
const WARNING_TEXTS = Array.from({ length: 2 ** WARNINGS.length }, (_, bits) =>
  Buffer.from(WARNINGS.filter((_name, at) => ((bits >>> at) & 1) === 1).join('|')),
);

function all(rows: BinaryRowsIn, text: Buffer): void {
  rows.bytes(text, 0, text.length);
}
