/** Freeze, then entropy, then draw: with a secret that was committed to, and with a round of a public beacon. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readPolicy } from '../../src/policy/read.ts';
import { projectRoot } from '../../src/project-root.ts';
import { QUICKNET, roundFrom, timeOfRound } from '../../src/proof/beacon.ts';
import { seedOf } from '../../src/proof/seed.ts';
import { openWave } from '../../src/wave/open.ts';
import { readWave } from '../../src/wave/record.ts';
import { waveStatus } from '../../src/wave/status.ts';
import { runHere } from '../support/commands.ts';
import { fileOf, type Installation, installation } from '../support/installation.ts';
import { prepared } from '../support/prepared.ts';
import { runProgram } from '../support/program.ts';
import {
  close,
  importApplicants,
  importReferences,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';

/** A round of quicknet that has been published. */
const ROUND = 1000;
const SIGNATURE =
  'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39';
const RANDOMNESS = 'fe290beca10872ef2fb164d2aa4442de4566183ec51c56ff3cd603d930e54fdd';
const JSON_OF_ROUND = JSON.stringify({ round: ROUND, randomness: RANDOMNESS, signature: SIGNATURE });

const MINUTE = 60_000;
const CLOSES = timeOfRound(ROUND) - 10 * MINUTE;
const closesAt = new Date(CLOSES).toISOString();

let at: Installation;
let input: WaveInput;

beforeAll(async () => {
  input = await waveFrom(join(projectRoot(), 'fixtures', 'small-wave', 'in'));
});

function openForRound(now = CLOSES - MINUTE, { database, log } = at) {
  const policy = readPolicy(JSON.stringify(input.policy), 'policy.yaml');
  const entropySource = 'drand:quicknet' as const;
  const request = { waveId: 17, policy, quota: undefined, closesAt, entropySource, margin: 10, now };
  return openWave(database, request, log);
}

async function openAndFill(to: Installation): Promise<void> {
  await openForRound(CLOSES - MINUTE, to);
  await importReferences(to, input);
  for (const file of input.applicants) await importApplicants(to, 17, file);
}

const filled = prepared(openAndFill);

/** Closed at its time: as far as it goes without the round. */
const frozenInTime = prepared(async (to) => {
  await openAndFill(to);
  await close(to, 17, { request: { now: CLOSES } });
  const frozenAt = new Date(CLOSES + MINUTE).toISOString();
  await unguarded(to.database, async (sql) => {
    await sql`update wave set frozen_at = ${frozenAt} where id = 17`;
  });
});

describe('a wave that is opened for a round of the beacon', () => {
  test('names the first round after the closing time and the margin, and commits to no secret', async () => {
    at = await installation();
    const opened = await openForRound();
    expect(opened).toMatchObject({
      entropy_source: 'drand:quicknet',
      entropy_commitment: null,
      beacon: { chain_hash: QUICKNET.chainHash, round: ROUND, time: '2023-08-23T15:59:24.000Z' },
    });
    expect(roundFrom(timeOfRound(ROUND) + 1)).toBe(ROUND + 1);
    const [{ secret } = { secret: '' }] = await at.database.sql<{ secret: string | null }[]>`
      select secret from wave where id = 17`;
    expect(secret).toBeNull();
  });

  test('needs a closing time that is still to come', async () => {
    at = await installation();
    await expect(openForRound(CLOSES + 1)).rejects.toThrow('may be known already');
    const ended = await runHere(at, [
      ...['wave', 'open', '17', '--policy', join(projectRoot(), 'fixtures/small-wave/in/policy.yaml')],
      ...['--entropy-source', 'drand:quicknet'],
    ]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('--closes-at TIME');
  });

  test('is frozen at its close, and drawn when the round is there', async () => {
    at = await frozenInTime();
    expect(await waveStatus(at.database, 17)).toMatchObject({
      state: 'closing',
      held: 'entropy',
      pool_root: expect.stringMatching(/^[0-9a-f]{64}$/),
      seed: null,
      beacon: { round: ROUND, signature: null },
    });
    const beacon = { round: ROUND, signature: SIGNATURE };
    await close(at, 17, { request: { beacon } });
    const wave = await readWave(at.database.sql, 17);
    expect(wave.state).toBe('published');
    expect(wave.seed).toBe(seedOf(wave.poolRoot ?? '', RANDOMNESS));
  });

  test('is not closed, and not drawn, once the round could be known: it has to be void', async () => {
    at = await filled();
    const late = close(at, 17, { request: { now: timeOfRound(ROUND) } });
    await expect(late).rejects.toThrow(`round ${ROUND} of the beacon came at`);
    expect((await readWave(at.database.sql, 17)).state).toBe('open');
    await close(at, 17, { request: { now: CLOSES } });
    // Frozen now, years after the round.
    const drawn = close(at, 17, { request: { beacon: { round: ROUND, signature: SIGNATURE } } });
    await expect(drawn).rejects.toMatchObject({
      code: 'CONFLICT',
      next: expect.stringContaining('gelombang wave void 17'),
    });
    expect((await readWave(at.database.sql, 17)).seed).toBeNull();
  });

  test('takes no other entropy, no other round, and none before it is frozen', async () => {
    at = await filled();
    const beacon = { round: ROUND, signature: SIGNATURE };
    const closing = (request: Parameters<typeof close>[2]) => close(at, 17, request);
    await expect(closing({ request: { now: CLOSES, entropy: 'ab'.repeat(32) } })).rejects.toThrow(
      'no other entropy takes its place',
    );
    await expect(closing({ request: { now: CLOSES, beacon } })).rejects.toThrow('when its pool is frozen');
    await close(at, 17, { request: { now: CLOSES } });
    await expect(closing({ request: { beacon: { ...beacon, round: 1001 } } })).rejects.toThrow(
      'opened with round 1000, this is round 1001',
    );
    expect((await readWave(at.database.sql, 17)).beaconSignature).toBeNull();
  });
});

describe('wave close, of a wave that waits for its round,', () => {
  const program = (args: readonly string[], settings: Record<string, string> = { DRAND_URL: 'none' }) =>
    runProgram(at, ['wave', 'close', '17', ...args], settings);
  const refused = (beacon: string) =>
    runHere(at, ['wave', 'close', '17', '--beacon', beacon], { DRAND_URL: 'none' });

  test('says which round it is and how to give it', async () => {
    at = await frozenInTime();
    const { code, stdout, stderr } = await program([]);
    expect(code).toBe(5);
    expect(stdout).toContain('The pool of wave 17 is frozen: 23 eligible applications.');
    expect(stderr).toContain(
      'waits for its entropy: round 1000 of the beacon, there since 2023-08-23 15:59:24 UTC, and not fetched',
    );
    expect(stderr).toContain(`/${QUICKNET.chainHash}/public/1000)`);
    expect(stderr).toContain('--beacon FILE');
  });

  test('refuses a round that was tampered with, and what is no round', async () => {
    at = await frozenInTime();
    const forged = JSON_OF_ROUND.replace('b44679', 'b44678');
    const otherRound = JSON_OF_ROUND.replace('1000', '1001');
    for (const json of [forged, otherRound]) {
      const { code, stderr } = await refused(json);
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /the (signature in --beacon is not that of round 1001|randomness in --beacon is not that of its sig)/,
      );
    }
    expect((await refused('{}')).stderr).toContain('--beacon is not the JSON of a round');
    expect((await refused('/nowhere.json')).stderr).toContain('there is no such file');
    expect((await readWave(at.database.sql, 17)).beaconSignature).toBeNull();
  });

  test('takes it from a file, and publishes a wave that can be verified', async () => {
    at = await frozenInTime();
    const file = await fileOf(at, 'round.json', JSON_OF_ROUND);
    const { code, stderr } = await program(['--beacon', file]);
    expect(code, stderr).toBe(0);
    const out = join(at.folder, 'wave-17');
    expect((await runHere(at, ['export', '17', '--out', out])).code).toBe(0);
    const verified = await runHere(at, ['verify', out]);
    expect(verified.code, verified.stderr).toBe(0);
  });
});

describe('a beacon that can be reached', () => {
  const answers: string[] = [];
  const server = createServer((request, response) => {
    answers.push(request.url ?? '');
    if (request.url?.startsWith('/broken')) response.writeHead(502).end();
    else response.end(JSON_OF_ROUND);
  });
  let address = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('is asked by itself, one server after the other, and drawn with', async () => {
    at = await frozenInTime();
    const settings = { DRAND_URL: `${address}/broken ${address}` };
    const { code, stderr } = await runProgram(at, ['wave', 'close', '17'], settings);
    expect(code, stderr).toBe(0);
    const path = `/${QUICKNET.chainHash}/public/1000`;
    expect(answers).toEqual([`/broken${path}`, path]);
    expect((await readWave(at.database.sql, 17)).beaconSignature).toBe(SIGNATURE);
  });

  test('that gives nothing leaves the wave as it was, and says what was tried', async () => {
    at = await frozenInTime();
    const { code, stderr } = await runProgram(at, ['wave', 'close', '17'], {
      DRAND_URL: `${address}/broken`,
    });
    expect(code).toBe(5);
    expect(stderr).toContain('round 1000 of the beacon could not be fetched');
    expect(stderr).toContain('answered 502');
    expect(await waveStatus(at.database, 17)).toMatchObject({ held: 'entropy', seed: null });
  });
});
