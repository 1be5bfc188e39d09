/** Columns as bytes and back. Numbers are little-endian, as every machine that this runs on has them. */
import { createHash } from 'node:crypto';
import { GelombangError } from '../errors.ts';
import {
  type Column,
  type ColumnKind,
  type Columns,
  columnsFrom,
  isTexts,
  isWords,
  type Layout,
} from './layout.ts';

const NUMBER_VIEWS = {
  u8: Uint8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
} as const;

/** Each column begins at a multiple of this, so that its numbers can be looked at where they lie. */
const ALIGNMENT = 8;
/** What the layout is (a part of its hash), and the number of rows. */
const HEAD = 8;

/** The bytes of a block. @see decodeBlock */
export function encodeBlock<const L extends Layout>(layout: L, columns: Columns<L>): Buffer {
  const names = Object.keys(layout);
  const views = names.map((name) => viewsOf(columns.of[name] as Column));
  const size = views.flat().reduce((sum, view) => sum + aligned(view.byteLength), HEAD);
  const block = Buffer.alloc(size);
  block.writeUInt32LE(markOf(layout), 0);
  block.writeUInt32LE(columns.rows, 4);
  let at = HEAD;
  for (const view of views.flat()) {
    block.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), at);
    at += aligned(view.byteLength);
  }
  return block;
}

/**
 * The columns of a block that `encodeBlock` made; they share its memory where it is aligned.
 * @throws GelombangError UNEXPECTED for a block of another layout or one that is cut off.
 */
export function decodeBlock<const L extends Layout>(layout: L, bytes: Uint8Array): Columns<L> {
  const block =
    bytes.byteOffset % ALIGNMENT === 0 && bytes.byteLength >= HEAD ? bytes : new Uint8Array(bytes);
  if (block.byteLength < HEAD) throw unreadable('it is cut off');
  const [mark, rows] = new Uint32Array(block.buffer, block.byteOffset, 2) as unknown as [number, number];
  if (mark !== markOf(layout)) throw unreadable('it was written by another version of the program');
  const reader = new ViewReader(block, HEAD);
  const columns = columnsFrom(layout, rows, (_, kind) => readColumn(reader, kind, rows));
  if (reader.at !== reader.length) throw unreadable('its length is not that of its rows');
  return columns;
}

/** Text: the sizes lead, then the starts, then the bytes. Words: the width leads. */
function viewsOf(column: Column): ArrayBufferView[] {
  if (isWords(column)) return [Uint32Array.of(column.width), column.data];
  if (isTexts(column)) return [Uint32Array.of(column.bytes.length), column.starts, column.bytes];
  return [column];
}

function readColumn(reader: ViewReader, kind: ColumnKind, rows: number): Column {
  if (kind === 'words') {
    const width = reader.take(Uint32Array, 1)[0] as number;
    return { width, data: reader.take(Uint32Array, rows * width) };
  }
  if (kind === 'text') {
    const size = reader.take(Uint32Array, 1)[0] as number;
    return { starts: reader.take(Uint32Array, rows + 1), bytes: reader.take(Uint8Array, size) };
  }
  return reader.take<NumberArray>(NUMBER_VIEWS[kind], rows);
}

type NumberArray = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

interface ViewOf<View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): View;
}

class ViewReader {
  readonly #block: Uint8Array;
  at: number;

  constructor(block: Uint8Array, at: number) {
    this.#block = block;
    this.at = at;
  }

  get length(): number {
    return this.#block.byteLength;
  }

  take<View>(view: ViewOf<View>, length: number): View {
    const size = length * view.BYTES_PER_ELEMENT;
    if (this.at + size > this.#block.byteLength) throw unreadable('it is cut off');
    const taken = new view(this.#block.buffer, this.#block.byteOffset + this.at, length);
    this.at += aligned(size);
    return taken;
  }
}

const marks = new WeakMap<Layout, number>();

/** Tells layouts apart: names, kinds and their order. */
function markOf(layout: Layout): number {
  const known = marks.get(layout);
  if (known !== undefined) return known;
  const mark = createHash('sha256')
    .update(JSON.stringify(Object.entries(layout)))
    .digest()
    .readUInt32LE(0);
  marks.set(layout, mark);
  return mark;
}

function aligned(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

function unreadable(why: string): GelombangError {
  return new GelombangError('UNEXPECTED', `a block of columns cannot be read: ${why}`);
}
