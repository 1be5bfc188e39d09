/**
 * The numbers of the rows, dealt to so many hands: `hands[h]` holds the rows that `handOf` gives to h, in their order.
 */
export function deal(rows: number, hands: number, handOf: (row: number) => number): readonly Uint32Array[] {
  const sizes = new Uint32Array(hands);
  const dealt = new Uint16Array(rows);
  for (let row = 0; row < rows; row++) {
    const hand = handOf(row);
    dealt[row] = hand;
    sizes[hand] = (sizes[hand] as number) + 1;
  }
  const held = Array.from(sizes, (size) => new Uint32Array(size));
  const next = new Uint32Array(hands);
  for (let row = 0; row < rows; row++) {
    const hand = dealt[row] as number;
    const place = next[hand] as number;
    (held[hand] as Uint32Array)[place] = row;
    next[hand] = place + 1;
  }
  return held;
}
