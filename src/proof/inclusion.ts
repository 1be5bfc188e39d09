import { sha256, writeDigest } from './sha256.ts';

const DIGEST_BYTES = 32;
const LEFT = 1;
const RIGHT = LEFT + DIGEST_BYTES;
const LEAF_PREFIX = Buffer.of(0);
const NODE_PREFIX = Buffer.of(1);

/** One step from a leaf to the root: the other half that its subtree is hashed with, and on which side that stands. */
export interface PathStep {
  readonly side: 'left' | 'right';
  /** 64 hex digits. */
  readonly hash: string;
}

/**
 * The tree of RFC 6962 §2.1 once more, beside the `MerkleTree` that a close works with: leaves are given by their
 * digests, one at a time, and one of them may be chosen, whose audit path (§2.1.1) is gathered on the way. Holds a digest for
 * each level, like a binary counter of the leaves, and never the leaves.
 */
export class InclusionTree {
  /** By level a node of which the left half is written as soon as there is one: `01`, left, right. */
  readonly #nodes: Buffer[] = [];
  readonly #path: PathStep[] = [];
  /** How many were given. */
  leaves = 0;
  /** The level at which the chosen leaf is in the half that waits; -1 without one. */
  #heldAt = -1;

  /**
   * The next leaf.
   * @param digest One character a byte.
   * @param chosen Its path is wanted; one leaf at the most.
   */
  add(digest: string, chosen = false): void {
    let rising = digest;
    let held = chosen;
    let level = 0;
    for (let count = this.leaves; count % 2 === 1; count = Math.floor(count / 2), level++) {
      const node = this.#nodes[level] as Buffer;
      held = this.#step(held, level, node, rising, this.#path);
      writeDigest(rising, node, RIGHT);
      rising = sha256(node, 'binary');
    }
    this.#nodes[level] ??= Buffer.concat([NODE_PREFIX, Buffer.alloc(2 * DIGEST_BYTES)]);
    writeDigest(rising, this.#nodes[level] as Buffer, LEFT);
    if (held) this.#heldAt = level;
    this.leaves++;
  }

  /** The root over the leaves so far, and the path of the chosen one to it, upwards. No leaves: the hash of no bytes. */
  proof(): { readonly root: string; readonly path: readonly PathStep[] } {
    const path = [...this.#path];
    let root: string | undefined;
    let held = false;
    for (const [level, node] of this.#nodes.entries()) {
      if (Math.floor(this.leaves / 2 ** level) % 2 === 0) continue;
      if (root === undefined) {
        root = node.toString('latin1', LEFT, RIGHT);
        held = level === this.#heldAt;
        continue;
      }
      held = this.#step(held, level, node, root, path);
      root = sha256(Buffer.concat([node.subarray(0, RIGHT), bytesOf(root)]), 'binary');
    }
    return { root: hexOf(root ?? sha256('', 'binary')), path };
  }

  /** Two halves become one: notes the one that the chosen leaf is not in. Gives whether it is in the whole. */
  #step(heldRight: boolean, level: number, node: Buffer, right: string, path: PathStep[]): boolean {
    if (heldRight) path.push({ side: 'left', hash: node.toString('hex', LEFT, RIGHT) });
    else if (level === this.#heldAt) path.push({ side: 'right', hash: hexOf(right) });
    else return false;
    return true;
  }
}

/** The hash of a leaf, 64 hex digits. */
export function leafHash(leaf: Uint8Array | string): string {
  return sha256(Buffer.concat([LEAF_PREFIX, Buffer.from(leaf)]), 'hex');
}

/** The hash of a node over two others, all of 64 hex digits. */
function nodeHash(left: string, right: string): string {
  return sha256(Buffer.concat([NODE_PREFIX, Buffer.from(left, 'hex'), Buffer.from(right, 'hex')]), 'hex');
}

/** The node that each step of a path gives, the last one being the root. */
export function nodesOfPath(leaf: string, path: readonly PathStep[]): readonly string[] {
  const nodes: string[] = [];
  for (const { side, hash } of path) {
    const below = nodes.at(-1) ?? leaf;
    nodes.push(side === 'left' ? nodeHash(hash, below) : nodeHash(below, hash));
  }
  return nodes;
}

/**
 * The sides on which the steps of a leaf's path stand, which follow from its place alone (RFC 9162 §2.1.3.2): a path with
 * other sides, or with more or fewer steps, is no path of that leaf.
 * @param index From 0.
 */
function sidesOfPath(index: number, leaves: number): readonly PathStep['side'][] {
  const sides: PathStep['side'][] = [];
  for (
    let node = index, last = leaves - 1;
    last > 0;
    node = Math.floor(node / 2), last = Math.floor(last / 2)
  ) {
    if (node % 2 === 1) sides.push('left');
    // The last node of a level that has no right sibling goes up as it is.
    else if (node < last) sides.push('right');
  }
  return sides;
}

/** Whether the path proves that the leaf is the one at that place of the tree with that root. */
export function isIncluded(
  leaf: string,
  place: { readonly index: number; readonly leaves: number },
  { path, root }: { readonly path: readonly PathStep[]; readonly root: string },
): boolean {
  if (place.index < 0 || place.index >= place.leaves) return false;
  const sides = sidesOfPath(place.index, place.leaves);
  if (sides.length !== path.length || sides.some((side, step) => side !== path[step]?.side)) return false;
  return (nodesOfPath(leaf, path).at(-1) ?? leaf) === root;
}

function bytesOf(digest: string): Buffer {
  return Buffer.from(digest, 'latin1');
}

function hexOf(digest: string): string {
  return bytesOf(digest).toString('hex');
}
