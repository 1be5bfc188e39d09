/** Commands of Redis's protocol, cut out of the bytes as a client sends them: arrays of texts with their lengths. */

const END = '\r\n';

export interface Commands {
  /** Whole commands; what is left over is kept for the next bytes. */
  take(bytes: Buffer): Generator<Buffer>;
}

export function commandsIn(): Commands {
  let left: Buffer = Buffer.alloc(0);
  return {
    *take(bytes) {
      left = left.length === 0 ? bytes : Buffer.concat([left, bytes]);
      for (let length = lengthOf(left); length !== undefined; length = lengthOf(left)) {
        const command = left.subarray(0, length);
        left = left.subarray(length);
        yield command;
      }
    },
  };
}

/** Of the first command in bytes; undefined where it is not whole. */
function lengthOf(bytes: Buffer): number | undefined {
  const head = numberAt(bytes, 0, '*');
  if (head === undefined) return undefined;
  let at = head.next;
  for (let word = 0; word < head.value; word++) {
    const size = numberAt(bytes, at, '$');
    if (size === undefined) return undefined;
    at = size.next + size.value + END.length;
    if (at > bytes.length) return undefined;
  }
  return at;
}

/** `*3` or `$11`, with its line end. */
function numberAt(bytes: Buffer, at: number, sign: string): { value: number; next: number } | undefined {
  const end = bytes.indexOf(END, at);
  if (end < 0) return undefined;
  const line = bytes.toString('latin1', at, end);
  if (!line.startsWith(sign)) throw new Error(`not a command of Redis: ${JSON.stringify(line.slice(0, 40))}`);
  return { value: Number(line.slice(1)), next: end + END.length };
}
