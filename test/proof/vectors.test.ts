/** Known answers: the published vectors of what the draw is made of, and a draw that is small enough to be done by hand. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { isSignatureOfRound, randomnessOf, roundFrom, timeOfRound } from '../../src/proof/beacon.ts';
import { Households } from '../../src/proof/households.ts';
import { MerkleTree } from '../../src/proof/merkle.ts';
import { candidateRanks, DRAW_BYTES, drawOrder } from '../../src/proof/order.ts';
import { parsePoolLine } from '../../src/proof/pool-line.ts';
import { allotSeats, OUTCOMES } from '../../src/proof/seats.ts';
import { drawOf, seedOf, ticket } from '../../src/proof/seed.ts';
import { LEAVES } from './certificate-transparency.ts';

describe('the Merkle tree of RFC 6962', () => {
  test.each([
    [0, 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    [1, '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'],
    [2, 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'],
    [3, 'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77'],
    [4, 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'],
    [5, '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4'],
    [6, '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef'],
    [7, 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c'],
    [8, '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328'],
  ])('over %i leaves has the known root', (count, root) => {
    const tree = new MerkleTree();
    for (const leaf of LEAVES.slice(0, count)) tree.add(Buffer.from(leaf, 'hex'));
    expect(tree.root().toString('hex')).toBe(root);
  });
});

describe('the beacon', () => {
  const SIGNATURE =
    'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';

  test('has the published round 1000: its signature is the chain’s, its randomness the signature’s hash', async () => {
    expect(await isSignatureOfRound(1000, SIGNATURE)).toBe(true);
    expect(randomnessOf(SIGNATURE)).toBe('fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd');
  });

  test('knows a signature of another round, a changed one, and what is none', async () => {
    expect(await isSignatureOfRound(1001, SIGNATURE)).toBe(false);
    expect(await isSignatureOfRound(1000, SIGNATURE.replace('b44', 'a44'))).toBe(false);
    expect(await isSignatureOfRound(1000, '0'.repeat(96))).toBe(false);
    expect(await isSignatureOfRound(1000, 'b4')).toBe(false);
    expect(() => randomnessOf('b4')).toThrow('96 hex digits');
  });

  test('has a round every three seconds, the first at its genesis', () => {
    expect(new Date(timeOfRound(1)).toISOString()).toBe('2023-08-23T15:09:27.000Z');
    expect(roundFrom(timeOfRound(1000))).toBe(1000);
    expect(roundFrom(timeOfRound(1000) + 1)).toBe(1001);
    expect(roundFrom(0)).toBe(1);
  });
});

describe('the worked example of the documentation', () => {
  const POOL = [
    'A-1,0,1,00f1c2d3e4f5a6b7,1,32',
    'A-2,0,1,00f1c2d3e4f5a6b7,1,32',
    'B-1,0,3,1a2b3c4d5e6f7081,2,11',
    'C-1,1,1,2222222222222222,2,11',
    'C-2,1,2,3333333333333333,1,94',
    'D-1,1,1,4444444444444444,2,32',
    'E-1,1,1,5555555555555555,0,32',
  ];
  const ROOT = 'f0693f54f8bce1de996969c0ca535b732e1954d9c3758c5e6514b9868eb79b0d';
  const ENTROPY = 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd';
  const SEED = '27941a0e8cd7e4843da06345c33b426bf869c9024951544abd4f62da45e1ebb4';
  const members = POOL.map((line) => parsePoolLine(line) ?? expect.fail(line));

  test('has its root, its seed and its tickets', () => {
    const tree = new MerkleTree();
    for (const line of POOL) tree.add(line);
    expect(tree.root().toString('hex')).toBe(ROOT);
    expect(seedOf(ROOT, ENTROPY)).toBe(SEED);
    const tickets = [1, 2, 3].map((j) => ticket(SEED, 'B-1', j).slice(0, 16));
    expect(tickets).toEqual(['28f8a87927432dea', 'baf08ed35157a0e7', 'a788b4cb79f4930c']);
  });

  test('has its ranks, and its seats with two of three for province 32 and a reserve of one', () => {
    const known = new Households();
    const columns = {
      size: members.length,
      tier: Uint32Array.from(members, ({ tier }) => tier),
      draw: Buffer.concat(
        members.map((member) => Buffer.from(drawOf(SEED, member.registration_no, member.tickets), 'hex')),
      ),
      household: Uint32Array.from(members, ({ household }) => known.numberOf(household)),
      slots: Uint32Array.from(members, ({ slots }) => slots),
    };
    expect(columns.draw).toHaveLength(members.length * DRAW_BYTES);
    const ranks = candidateRanks(columns, drawOrder(columns));
    expect([...ranks]).toEqual([2, 0, 1, 4, 3, 5, 0]);
    const regions = new Uint8Array(5);
    ranks.forEach((rank, row) => {
      if (rank > 0) regions[rank - 1] = Number(members[row]?.region);
    });
    const outcomes = allotSeats(regions, { quota: 3, reserve: 1, regions: new Map([['32', 2]]) });
    expect([...outcomes].map((place) => OUTCOMES[place])).toEqual([
      ...['ACCEPTED', 'ACCEPTED', 'RESERVE', 'NOT_DRAWN', 'ACCEPTED'],
    ]);
  });

  test('stands so in the documentation', async () => {
    const formats = await readFile(join(projectRoot(), 'docs', 'formats.md'), 'utf8');
    for (const part of [...POOL, ROOT, ENTROPY, SEED, '28f8a87927432dea']) expect(formats).toContain(part);
  });
});
