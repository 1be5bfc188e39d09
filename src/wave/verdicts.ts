/** The verdicts of a range of registration numbers, in their order: what the pool is made of, and the outcomes. */
import type pg from 'pg';
import { pickRows } from '../columns/layout.ts';
import { orderBy, wordKeys } from '../columns/order.ts';
import { compareWords, textOfWords } from '../columns/words.ts';
import { GelombangError } from '../errors.ts';
import { type BlockOf, takeOver, VERDICT } from './stage-blocks.ts';

/**
 * Put in order by each that needs it, which spares handing them on a second time.
 * @throws GelombangError UNEXPECTED where a number is there twice: imports let in each once.
 */
export async function readVerdicts(
  client: pg.ClientBase,
  waveId: number,
  range: number,
): Promise<BlockOf<'verdict'>> {
  const verdicts = await takeOver(client, waveId, 'verdict', range);
  const { rows, of } = verdicts;
  const sorted = pickRows(VERDICT, verdicts, orderBy(rows, wordKeys(of.registrationNo, rows)));
  const numbers = sorted.of.registrationNo;
  for (let row = 1; row < rows; row++) {
    if (compareWords(numbers, row, numbers, row - 1) !== 0) continue;
    const number = textOfWords(numbers, row);
    throw new GelombangError('UNEXPECTED', `wave ${waveId} has two applications of ${number}`);
  }
  return sorted;
}
