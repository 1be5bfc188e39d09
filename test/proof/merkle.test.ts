import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MerkleTree } from '../../src/proof/merkle.ts';
import { subtreesOfStretch } from '../../src/proof/merkle-stretch.ts';
import { LEAVES } from './certificate-transparency.ts';

/** The test vectors of Certificate Transparency: the leaves in hex, and the root over the first n of them. */
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('MerkleTree', () => {
  test.each(ROOTS.map((root, count) => [count, root] as const))('RFC 6962: %i leaves', (count, root) => {
    const leaves = LEAVES.slice(0, count).map((leaf) => Buffer.from(leaf, 'hex'));
    expect(rootOf(leaves)).toBe(root);
  });

  test('gives the root of the recursive definition, for any number of leaves', () => {
    const leaf = fc.uint8Array({ maxLength: 80 });
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 70 }), (leaves) => {
        expect(rootOf(leaves)).toBe(recursive(leaves).toString('hex'));
      }),
    );
  });

  test('takes a text as its bytes in UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 }), (texts) => {
        expect(rootOf(texts)).toBe(rootOf(texts.map((text) => Buffer.from(text))));
      }),
    );
  });

  test('may be asked for its root before the last leaf', () => {
    const tree = new MerkleTree();
    for (const [index, leaf] of LEAVES.entries()) {
      tree.add(Buffer.from(leaf, 'hex'));
      expect(tree.root().toString('hex')).toBe(ROOTS[index + 1]);
      expect(tree.root().toString('hex')).toBe(ROOTS[index + 1]);
    }
  });

  test('is the same of stretches that are hashed side by side, wherever they are cut', () => {
    const cuts = fc.uniqueArray(fc.nat({ max: 70 }), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat({ max: 70 }), cuts, (size, unordered) => {
        const leaves = Array.from({ length: size }, (_, place) => `leaf ${place}`);
        const ends = [...unordered.filter((cut) => cut < size), size].sort((one, other) => one - other);
        const whole = new MerkleTree();
        ends.forEach((end, place) => {
          const before = ends[place - 1] ?? 0;
          const stretch = new MerkleTree(before);
          for (const leaf of leaves.slice(before, end)) stretch.add(leaf);
          for (const subtree of stretch.subtrees()) whole.addSubtree(subtree);
        });
        expect(whole.root().toString('hex')).toBe(rootOf(leaves));
      }),
    );
  });
});

test('a stretch that is hashed level by level has the subtrees that it has leaf by leaf', () => {
  fc.assert(
    fc.property(fc.nat(1 << 20), fc.nat(70), (before, size) => {
      const digests = Array.from({ length: size }, (_, place) => hashed(Buffer.from([place])));
      const tree = new MerkleTree(before);
      for (const digest of digests) tree.addSubtree({ level: 0, digest: digest.toString('latin1') });
      const words = new Uint32Array(Uint8Array.from(Buffer.concat(digests).swap32()).buffer);
      expect(subtreesOfStretch(words, before)).toEqual(tree.subtrees());
    }),
  );
});

function rootOf(leaves: readonly (Uint8Array | string)[]): string {
  const tree = new MerkleTree();
  for (const leaf of leaves) tree.add(leaf);
  return tree.root().toString('hex');
}

/** RFC 6962 §2.1, as it is written there. */
function recursive(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return hashed();
  if (leaves.length === 1) return hashed(Buffer.from([0]), first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return hashed(Buffer.from([1]), recursive(leaves.slice(0, split)), recursive(leaves.slice(split)));
}

function hashed(...parts: readonly Uint8Array[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}
