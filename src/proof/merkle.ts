import { sha256 } from './sha256.ts';

const DIGEST_BYTES = 32;
const LEFT = 1;
const RIGHT = LEFT + DIGEST_BYTES;
const LEAF_PREFIX = '\0';
const NODE_PREFIX = 1;

/**
 * The Merkle tree hash of RFC 6962 §2.1 over leaves given one at a time: SHA-256, leaves behind a byte 00, nodes
 * behind a byte 01, every left subtree the largest power of two that leaves something for the right one.
 * Holds one node for each level (65 bytes), never the leaves.
 */
export class MerkleTree {
  /** Level k: prefix, left child (a full subtree of 2^k leaves, if it waits), room for the right child. */
  private readonly levels: Buffer[] = [];
  /** Whether a left child waits at the level: the binary digits of the number of leaves. */
  private readonly waits: boolean[] = [];

  /** The next leaf: its bytes, or a text that stands for its bytes in UTF-8. */
  add(leaf: Uint8Array | string): void {
    let digest = leafHash(leaf);
    let level = 0;
    while (this.waits[level]) {
      digest = this.joined(level, digest);
      this.waits[level] = false;
      level++;
    }
    this.nodeAt(level).write(digest, LEFT, DIGEST_BYTES, 'latin1');
    this.waits[level] = true;
  }

  /** The root over the leaves so far, 32 bytes; more may be added afterwards. No leaves: the hash of no bytes. */
  root(): Buffer {
    let digest: string | undefined;
    for (const [level, waiting] of this.waits.entries()) {
      if (!waiting) continue;
      digest =
        digest === undefined
          ? this.nodeAt(level).toString('latin1', LEFT, RIGHT)
          : this.joined(level, digest);
    }
    return Buffer.from(digest ?? sha256('', 'binary'), 'latin1');
  }

  private joined(level: number, right: string): string {
    const node = this.nodeAt(level);
    node.write(right, RIGHT, DIGEST_BYTES, 'latin1');
    return sha256(node, 'binary');
  }

  private nodeAt(level: number): Buffer {
    const known = this.levels[level];
    if (known !== undefined) return known;
    const node = Buffer.alloc(RIGHT + DIGEST_BYTES);
    node[0] = NODE_PREFIX;
    this.levels[level] = node;
    return node;
  }
}

function leafHash(leaf: Uint8Array | string): string {
  if (typeof leaf === 'string') return sha256(LEAF_PREFIX + leaf, 'binary');
  return sha256(Buffer.concat([Buffer.from(LEAF_PREFIX), leaf]), 'binary');
}
