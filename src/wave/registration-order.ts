/** Applications of a range that were handed on by several parts, brought into the order of their registration numbers. */

import type { Words } from '../columns/layout.ts';
import { orderBy, wordKeys } from '../columns/order.ts';
import { compareWords, textOfWords } from '../columns/words.ts';
import { GelombangError } from '../errors.ts';

/**
 * The rows in the order of their registration numbers.
 * @throws GelombangError UNEXPECTED where a number is there twice: imports let in each once.
 */
export function byRegistrationNo(waveId: number, numbers: Words, rows: number): Uint32Array {
  const order = orderBy(rows, wordKeys(numbers, rows));
  for (let place = 1; place < rows; place++) {
    const row = order[place] as number;
    if (compareWords(numbers, row, numbers, order[place - 1] as number) !== 0) continue;
    throw new GelombangError(
      'UNEXPECTED',
      `wave ${waveId} has two applications of ${textOfWords(numbers, row)}`,
    );
  }
  return order;
}
