import { writeDecimal } from '../columns/decimal.ts';
import type { Words } from '../columns/layout.ts';
import { writeWords } from '../columns/words.ts';
import { beginningsOf, sha256, wordOfDigest } from '../proof/sha256.ts';
import type { BlockOf } from '../wave/stage-blocks.ts';

const DRAW_WORDS = 8;
const COLON = 0x3a;
/** A seed, a registration number, the number of a ticket and what is between them. */
const LONGEST_TEXT = 64 + 32 + 16;

/**
 * The draw of each member of the pool: the smallest of its tickets 1 … `tickets`, where ticket j is SHA-256 of the ASCII
 * text `<seed>:<registration_no>:<j>`; as eight words.
 */
export function drawTickets(seed: string, { rows, of }: BlockOf<'pool'>): Words {
  const data = new Uint32Array(rows * DRAW_WORDS);
  const text = Buffer.alloc(LONGEST_TEXT);
  const texts = beginningsOf(text);
  const start = text.write(`${seed}:`, 'latin1');
  for (let row = 0; row < rows; row++) {
    const end = writeWords(of.registrationNo, row, text, start);
    text[end] = COLON;
    let smallest = sha256(texts[writeDecimal(1, text, end + 1)] as Buffer, 'binary');
    for (let j = 2; j <= (of.tickets[row] as number); j++) {
      const next = sha256(texts[writeDecimal(j, text, end + 1)] as Buffer, 'binary');
      // One character a byte: texts compare as the bytes do.
      if (next < smallest) smallest = next;
    }
    for (let word = 0; word < DRAW_WORDS; word++)
      data[row * DRAW_WORDS + word] = wordOfDigest(smallest, 4 * word);
  }
  return { width: DRAW_WORDS, data };
}
