import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  InclusionTree,
  isIncluded,
  leafHash,
  nodesOfPath,
  type PathStep,
} from '../../src/proof/inclusion.ts';
import { MerkleTree } from '../../src/proof/merkle.ts';
import { LEAVES } from './certificate-transparency.ts';

/** The test vectors of Certificate Transparency: leaves in hex, and audit paths of leaves (from 0) in trees of the first n. */
const ROOT_OF_EIGHT = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';
const PATHS: readonly { index: number; leaves: number; path: readonly [PathStep['side'], string][] }[] = [
  { index: 0, leaves: 1, path: [] },
  {
    index: 0,
    leaves: 8,
    path: [
      ['right', '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'],
      ['right', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'],
      ['right', '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'],
    ],
  },
  {
    index: 5,
    leaves: 8,
    path: [
      ['left', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'],
      ['right', 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'],
      ['left', 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    ],
  },
  {
    index: 2,
    leaves: 3,
    path: [['left', 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  },
  {
    index: 1,
    leaves: 5,
    path: [
      ['left', '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
      ['right', '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'],
      ['right', 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'],
    ],
  },
];

const trees = fc
  .integer({ min: 1, max: 150 })
  .chain((leaves) => fc.record({ leaves: fc.constant(leaves), index: fc.nat(leaves - 1) }));

describe('an audit path', () => {
  test.each(PATHS)('is the known one of leaf $index of $leaves', ({ index, leaves, path }) => {
    const { path: found } = proofOf(LEAVES.slice(0, leaves).map(bytesOf), index);
    expect(found.map(({ side, hash }) => [side, hash])).toEqual(path);
  });

  test('ends in the known root', () => {
    const leaves = LEAVES.map(bytesOf);
    for (const [index, leaf] of leaves.entries()) {
      const { path, root } = proofOf(leaves, index);
      expect(root).toBe(ROOT_OF_EIGHT);
      expect(nodesOfPath(leafHash(leaf), path).at(-1)).toBe(ROOT_OF_EIGHT);
    }
  });

  test('proves its leaf, under the root that the other tree has, for any leaf of any number', () => {
    fc.assert(
      fc.property(trees, ({ leaves, index }) => {
        const all = madeUp(leaves);
        const proof = proofOf(all, index);
        expect(proof.root).toBe(rootOf(all));
        expect(isIncluded(leafHash(all[index] as Buffer), { index, leaves }, proof)).toBe(true);
      }),
    );
  });

  test('proves no other leaf, place, number of leaves or root, and holds for no other path', () => {
    fc.assert(
      fc.property(trees, fc.nat(), ({ leaves, index }, step) => {
        const all = madeUp(leaves);
        const proof = proofOf(all, index);
        const leaf = leafHash(all[index] as Buffer);
        const { path, root } = proof;
        expect(isIncluded(leafHash('another'), { index, leaves }, proof)).toBe(false);
        expect(isIncluded(leaf, { index, leaves }, { path, root: leafHash('another') })).toBe(false);
        expect(isIncluded(leaf, { index: leaves, leaves }, proof)).toBe(false);
        if (path.length === 0) return;
        expect(isIncluded(leaf, { index: index ^ 1, leaves }, proof)).toBe(false);
        expect(isIncluded(leaf, { index, leaves }, { path: path.slice(1), root })).toBe(false);
        const at = step % path.length;
        const other = path.map((each, place) =>
          place === at ? { ...each, hash: leafHash('another') } : each,
        );
        expect(isIncluded(leaf, { index, leaves }, { path: other, root })).toBe(false);
      }),
    );
  });

  test('of no leaf is empty, and the root stands all the same', () => {
    for (const leaves of [0, 1, 2, 7]) {
      const tree = new InclusionTree();
      for (const leaf of madeUp(leaves)) tree.add(digestOf(leaf));
      expect(tree.proof()).toEqual({ root: rootOf(madeUp(leaves)), path: [] });
    }
  });
});

function proofOf(leaves: readonly Buffer[], chosen: number) {
  const tree = new InclusionTree();
  for (const [place, leaf] of leaves.entries()) tree.add(digestOf(leaf), place === chosen);
  return tree.proof();
}

function madeUp(leaves: number): Buffer[] {
  return Array.from({ length: leaves }, (_, place) => Buffer.from(`leaf ${place}`));
}

function digestOf(leaf: Buffer): string {
  return Buffer.from(leafHash(leaf), 'hex').toString('latin1');
}

function rootOf(leaves: readonly Buffer[]): string {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root().toString('hex');
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex, 'hex');
}
