import type { Applications } from '../wave/people.ts';

/**
 * Marks (1) the applications whose NIK another application uses that joined earlier; at equal times the smaller
 * registration number stands. `order`: by bucket, NIK, time joined and registration number.
 */
export function markDuplicates(applications: Applications, order: Uint32Array): Uint8Array {
  const { nikHigh, nikLow } = applications.of;
  const marks = new Uint8Array(applications.rows);
  for (let place = 1; place < order.length; place++) {
    const row = order[place] as number;
    const before = order[place - 1] as number;
    if (nikHigh[row] === nikHigh[before] && nikLow[row] === nikLow[before]) marks[row] = 1;
  }
  return marks;
}
