import { DIGEST_WORDS, Hashes, writeDigest } from './hashes.ts';
import type { Subtree } from './merkle.ts';

const WORD_BYTES = 4;
const NODE_PREFIX = 1;
const NODE_WORDS = 2 * DIGEST_WORDS;
const NODE_BYTES = 1 + NODE_WORDS * WORD_BYTES;

/**
 * The subtrees that a stretch of leaves is of a larger tree, from left to right: those that a `MerkleTree` has, level by
 * level instead of leaf by leaf.
 * @param leaves The digests of the leaves. They are overwritten.
 * @param before Leaves of the larger tree before the first of these.
 */
export function subtreesOfStretch(leaves: Uint32Array, before: number): readonly Subtree[] {
  const hashes = new Hashes(NODE_BYTES);
  const left: Subtree[] = [];
  const right: Subtree[] = [];
  let nodes = leaves;
  let first = before;
  for (let level = 0; nodes.length > 0; level++) {
    // A right child, whose sibling is in a stretch before.
    if (first % 2 === 1) {
      left.push(subtreeOf(level, nodes.subarray(0, DIGEST_WORDS)));
      nodes = nodes.subarray(DIGEST_WORDS);
    }
    // A left child, whose sibling is in a stretch behind or nowhere.
    if (nodes.length % NODE_WORDS > 0) right.push(subtreeOf(level, nodes.subarray(-DIGEST_WORDS)));
    const pairs = Math.floor(nodes.length / NODE_WORDS);
    nodes = joined(hashes, nodes, pairs);
    first = Math.ceil(first / 2);
  }
  return [...left, ...right.reverse()];
}

/** The parents of so many pairs of nodes, where the first of the nodes were. */
function joined(hashes: Hashes, nodes: Uint32Array, pairs: number): Uint32Array {
  const writePair = (pair: number, to: Uint8Array, at: number, view: DataView) => {
    to[at] = NODE_PREFIX;
    return writeDigest(nodes, 2 * pair + 1, view, writeDigest(nodes, 2 * pair, view, at + 1));
  };
  return hashes.digestsOf(pairs, writePair, nodes).subarray(0, pairs * DIGEST_WORDS);
}

function subtreeOf(level: number, digest: Uint32Array): Subtree {
  const bytes = new DataView(new ArrayBuffer(DIGEST_WORDS * WORD_BYTES));
  writeDigest(digest, 0, bytes, 0);
  return { level, digest: Buffer.from(bytes.buffer).toString('latin1') };
}
