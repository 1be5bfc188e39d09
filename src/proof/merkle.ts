import { sha256, writeDigest } from './sha256.ts';

const DIGEST_BYTES = 32;
const LEFT = 1;
const RIGHT = LEFT + DIGEST_BYTES;
const LEAF_PREFIX = '\0';
const NODE_PREFIX = 1;

/** A full subtree of 2^level leaves. */
export interface Subtree {
  readonly level: number;
  /** One character a byte. */
  readonly digest: string;
}

/**
 * The Merkle tree hash of RFC 6962 §2.1 over leaves given one at a time: SHA-256, leaves behind a byte 00, nodes
 * behind a byte 01, every left subtree the largest power of two that leaves something for the right one. Holds one
 * digest for each level or two, never the leaves.
 *
 * A tree can begin at a later leaf of a larger one: then `subtrees` are what it adds to that, and stretches of leaves
 * can be hashed side by side. (A close hashes its stretches by `subtreesOfStretch`; this joins and checks them.)
 */
export class MerkleTree {
  /** Full subtrees that wait for their right siblings, from left to right. */
  private readonly waiting: Subtree[] = [];
  private readonly node = Buffer.alloc(RIGHT + DIGEST_BYTES);
  private leaves: number;

  /** @param before Leaves of the larger tree before the first one of this. */
  constructor(before = 0) {
    this.leaves = before;
    this.node[0] = NODE_PREFIX;
  }

  /** The next leaf: its bytes, or a text that stands for its bytes in UTF-8. */
  add(leaf: Uint8Array | string): void {
    const prefix = LEAF_PREFIX;
    const prefixed = typeof leaf === 'string' ? prefix + leaf : Buffer.concat([Buffer.from(prefix), leaf]);
    this.addSubtree({ level: 0, digest: sha256(prefixed, 'binary') });
  }

  /** The next 2^level leaves, as their subtree; as many must divide the number of leaves before. */
  addSubtree(subtree: Subtree): void {
    let { level, digest } = subtree;
    let index = this.leaves / 2 ** level;
    this.leaves += 2 ** level;
    // A right child, whose sibling is here and not in a stretch before.
    while (index % 2 === 1 && this.waiting.at(-1)?.level === level) {
      digest = this.joined(this.waiting.pop()?.digest ?? '', digest);
      index = (index - 1) / 2;
      level++;
    }
    this.waiting.push({ level, digest });
  }

  /** What these leaves are to a larger tree: its subtrees, from left to right. */
  subtrees(): readonly Subtree[] {
    return this.waiting;
  }

  /** The root over the leaves so far, 32 bytes; more may be added afterwards. No leaves: the hash of no bytes. */
  root(): Buffer {
    const root = this.waiting
      .map((subtree) => subtree.digest)
      .reduceRight<string | undefined>(
        (right, left) => (right === undefined ? left : this.joined(left, right)),
        undefined,
      );
    return Buffer.from(root ?? sha256('', 'binary'), 'latin1');
  }

  private joined(left: string, right: string): string {
    writeDigest(left, this.node, LEFT);
    writeDigest(right, this.node, RIGHT);
    return sha256(this.node, 'binary');
  }
}
