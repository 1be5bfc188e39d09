import { type Texts, textAt } from '../columns/layout.ts';
import { nameSimilarity } from '../identity/name.ts';

/**
 * How alike two names of two columns are, in percent. Names that are the same to the byte are passed by; those without
 * a letter that is sure to be left after cleaning are compared all the same, since two empty names are 0 percent.
 */
export function similarityOfNames(left: Texts, leftRow: number, right: Texts, rightRow: number): number {
  const leftStart = left.starts[leftRow] as number;
  const rightStart = right.starts[rightRow] as number;
  const length = (left.starts[leftRow + 1] as number) - leftStart;
  if (length === (right.starts[rightRow + 1] as number) - rightStart) {
    let same = 0;
    let letters = 0;
    while (same < length) {
      const byte = left.bytes[leftStart + same] as number;
      if (byte !== right.bytes[rightStart + same]) break;
      if (isAsciiLetter(byte)) letters++;
      same++;
    }
    if (same === length && letters > 0) return 100;
  }
  return nameSimilarity(textAt(left, leftRow), textAt(right, rightRow));
}

function isAsciiLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}
