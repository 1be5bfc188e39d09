import { orderBy, orderWithin } from '../columns/order.ts';
import { compareWords } from '../columns/words.ts';
import type { Applications } from '../wave/people.ts';

/** By bucket and NIK; whoever shares a NIK, by the time joined and then by registration number. */
export function byNik(applications: Applications, buckets: Uint32Array): Uint32Array {
  const { nikHigh, nikLow } = applications.of;
  const order = orderBy(applications.rows, [buckets, nikHigh, nikLow]);
  orderWithin(
    order,
    (left, right) => isSameNik(applications, left, right),
    (left, right) => compareJoined(applications, left, right),
  );
  return order;
}

/** Marks (1) the applications whose NIK another application uses that stands before them in the order of `byNik`. */
export function markDuplicates(applications: Applications, order: Uint32Array): Uint8Array {
  const marks = new Uint8Array(applications.rows);
  for (let place = 1; place < order.length; place++) {
    const row = order[place] as number;
    if (isSameNik(applications, row, order[place - 1] as number)) marks[row] = 1;
  }
  return marks;
}

function isSameNik({ of }: Applications, left: number, right: number): boolean {
  return of.nikLow[left] === of.nikLow[right] && of.nikHigh[left] === of.nikHigh[right];
}

function compareJoined({ of }: Applications, left: number, right: number): number {
  return (
    (of.joinedHour[left] as number) - (of.joinedHour[right] as number) ||
    (of.joinedMicrosecond[left] as number) - (of.joinedMicrosecond[right] as number) ||
    compareWords(of.registrationNo, left, of.registrationNo, right)
  );
}
