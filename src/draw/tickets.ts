import { writeDecimal } from '../columns/decimal.ts';
import { rowsWhere, type Words } from '../columns/layout.ts';
import { compareWords, writeWords } from '../columns/words.ts';
import { DIGEST_WORDS, Hashes } from '../proof/hashes.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

const COLON = 0x3a;
/** What follows the seed: a registration number and the number of a ticket, each behind a colon. One block. */
const LONGEST_REST = 1 + 32 + 1 + 16;

/**
 * The draw of each member of the pool: the smallest of its tickets 1 … `tickets`, where ticket j is SHA-256 of the ASCII
 * text `<seed>:<registration_no>:<j>`; as eight words.
 */
export function drawTickets(seed: string, pool: BlockOf<'pool'>): Words {
  const { tickets } = pool.of;
  const hashes = new Hashes(LONGEST_REST, Buffer.from(seed, 'latin1'));
  let rows = rowsWhere(pool.rows, () => true);
  const draws = ticketsOf(hashes, pool, rows, 1);
  for (let j = 2; ; j++) {
    rows = rows.filter((row) => (tickets[row] as number) >= j);
    if (rows.length === 0) return draws;
    keepSmallest(draws, rows, ticketsOf(hashes, pool, rows, j));
  }
}

/** Ticket j of each of the rows. */
function ticketsOf(hashes: Hashes, { of }: BlockOf<'pool'>, rows: Uint32Array, j: number): Words {
  const data = hashes.digestsOf(rows.length, (place, to, at) => {
    to[at] = COLON;
    const end = writeWords(of.registrationNo, rows[place] as number, to, at + 1);
    to[end] = COLON;
    return writeDecimal(j, to, end + 1);
  });
  return { width: DIGEST_WORDS, data };
}

function keepSmallest(draws: Words, rows: Uint32Array, tickets: Words): void {
  rows.forEach((row, place) => {
    if (compareWords(tickets, place, draws, row) >= 0) return;
    const at = place * DIGEST_WORDS;
    draws.data.set(tickets.data.subarray(at, at + DIGEST_WORDS), row * DIGEST_WORDS);
  });
}
