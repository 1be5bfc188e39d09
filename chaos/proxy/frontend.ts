/** Messages of PostgreSQL's protocol as a client sends them: cut out of the bytes, read as far as it is needed, made. */

const START_LENGTH = 4;
const HEAD = 5;

/** Whole messages out of bytes that come as they like; the first one of a connection has no type. */
export class Messages {
  #left: Buffer = Buffer.alloc(0);
  #hasType: boolean;

  constructor(hasType: boolean) {
    this.#hasType = hasType;
  }

  *take(bytes: Buffer): Generator<Buffer> {
    this.#left = this.#left.length === 0 ? bytes : Buffer.concat([this.#left, bytes]);
    for (;;) {
      const type = this.#hasType ? 1 : 0;
      if (this.#left.length < type + START_LENGTH) return;
      const length = type + this.#left.readInt32BE(type);
      if (this.#left.length < length) return;
      const message = this.#left.subarray(0, length);
      this.#left = this.#left.subarray(length);
      this.#hasType = true;
      yield message;
    }
  }

  /** What is not a whole message yet; it is forgotten here. */
  rest(): Buffer {
    const left = this.#left;
    this.#left = Buffer.alloc(0);
    return left;
  }
}

export function typeOf(message: Buffer): string {
  return String.fromCharCode(message[0] ?? 0);
}

/** The first text of a message's body: of Query its statement, of Bind the portal's name. */
export function textOf(message: Buffer, from = HEAD): string {
  return message.toString('utf8', from, message.indexOf(0, from));
}

function messageOf(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(HEAD);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + START_LENGTH, 1);
  return Buffer.concat([head, body]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

export function queryMessage(statement: string): Buffer {
  return messageOf('Q', text(statement));
}

export function copyFailMessage(why: string): Buffer {
  return messageOf('f', text(why));
}

/** Of the same portal, to a prepared statement without parameters. */
export function bindMessage(portal: string, statement: string): Buffer {
  const nothing = Buffer.alloc(6);
  return messageOf('B', text(portal), text(statement), nothing);
}
