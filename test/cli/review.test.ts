/** The review of whole waves: what it counts, and how an alarm holds the publication until an operator's word. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { readProgress } from '../../src/wave/progress.ts';
import { type Review, readReview } from '../../src/wave/review.ts';
import { type Member, reviewsOf } from '../review/drawn.ts';
import { runHere } from '../support/commands.ts';
import { type Installation, installation } from '../support/installation.ts';
import { oracle } from '../support/oracle.ts';
import { sha256 } from '../support/oracle-draw.ts';
import { instant, readRows } from '../support/oracle-rows.ts';
import { prepared } from '../support/prepared.ts';
import { runProgram } from '../support/program.ts';
import {
  close,
  exported,
  funnelOf,
  madeUpWave,
  openAndImport,
  runWave,
  unguarded,
  type WaveInput,
  waveFrom,
} from '../support/wave.ts';
import { documentOf, type ErrorDocument } from './document.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave', 'in');
const REASON = 'Recomputed by two offices: the draw is the one that was announced';

/** The small wave. */
const published = prepared(async (at) => runWave(at, await waveFrom(SMALL_WAVE)));

async function reviewOf(at: Installation): Promise<Review> {
  const ended = await runHere(at, ['review', 'show', '17', '--json']);
  expect(ended.code, ended.stderr).toBe(0);
  return documentOf<Review>(ended);
}

function approve(at: Installation, reason: string, ...more: string[]) {
  return approveBy(runHere, at, reason, ...more);
}

function approveBy(run: typeof runProgram, at: Installation, reason: string, ...more: string[]) {
  const settings = { GELOMBANG_OPERATOR: 'Siti at the ministry' };
  return run(at, ['review', 'approve', '17', '--reason', reason, ...more], settings);
}

/** The pool as the oracle has it, with what the people gave. */
function membersOf(input: WaveInput): Member[] {
  const rows = new Map(
    input.applicants.flatMap(({ text }) => readRows(text)).map((row) => [row.registration_no, row]),
  );
  return readRows(oracle(input).pool).map((line) => {
    const { joined_at = '', birth_date = '', sex } = rows.get(line.registration_no) ?? {};
    const [year = '', today = ''] = [input.policy.as_of.slice(0, 4), input.policy.as_of.slice(5)];
    return {
      registrationNo: line.registration_no ?? '',
      tier: Number(line.tier),
      region: Number(line.region),
      tickets: Number(line.tickets),
      household: line.household ?? '',
      slots: Number(line.slots),
      joinedDay: Math.floor(((instant(joined_at) ?? 0) / 3.6e9 + 7) / 24) - 10_957,
      age: Number(year) - Number(birth_date.slice(0, 4)) - (today < birth_date.slice(5) ? 1 : 0),
      female: sex === 'P',
    };
  });
}

describe('the review of a wave', () => {
  test('counts each candidate of the small wave once in each table', async () => {
    const at = await published();
    const answer = await exported(at, 17);
    const review = await reviewOf(at);
    const funnel = funnelOf(answer);
    expect(review).toMatchObject({ wave: 17, alarm: false, approval: null });
    expect([review.candidates, review.accepted]).toEqual([funnel.get('CANDIDATES'), funnel.get('ACCEPTED')]);
    for (const { categories } of review.attributes) {
      const sum = (of: 'candidates' | 'accepted') => categories.reduce((all, each) => all + each[of], 0);
      expect([sum('candidates'), sum('accepted')]).toEqual([review.candidates, review.accepted]);
    }
    const { stdout } = await runProgram(at, ['review', 'show', '17']);
    expect(stdout).toMatch(/^The draw of wave 17 is as chance and its policy have it\.$/m);
    expect(stdout).toMatch(/^Province: too few to tell$/m);
    expect(stdout).toMatch(/^Sex: as chance allows \(exact test, p = 0\.\d+\)$/m);
    expect(stdout).toMatch(/^Tier: decided by the policy$/m);
    expect(stdout).toMatch(/^ {2}0 +2 +2 +100\.0 %$/m);
  });

  test('says of a wave in four parts what it says of the same draw in one', async () => {
    const input = await madeUpWave({ applicants: 2_000, seed: 61 });
    const at = await installation();
    const { seed } = await runWave(at, input, { parts: 4 });
    const { report, alarm } = reviewsOf(membersOf(input), input.policy)(seed);
    const { wave, reviewed_at, approval, ...said } = await reviewOf(at);
    expect(said).toEqual(JSON.parse(JSON.stringify({ alarm, ...report })));
    expect(said.tests).toBeGreaterThanOrEqual(3);
  });

  test('is not there before the wave is drawn, nor of a wave that nobody knows', async () => {
    const at = await installation();
    await openAndImport(at, await waveFrom(SMALL_WAVE));
    const early = await runHere(at, ['review', 'show', '17', '--json']);
    expect(early.code).toBe(4);
    expect(documentOf<ErrorDocument>(early).error.next).toContain('wave close 17');
    expect((await approve(at, REASON)).code).toBe(4);
    expect((await runHere(at, ['review', 'show', '99'])).code).toBe(3);
  });
});

/** None before it raises one, for the wave that is used here. */
const FIRST_TRIED = 2_800;

/** Entropy after entropy, until the review of the draw that it gives raises an alarm. */
function withAlarm(input: WaveInput): WaveInput {
  const review = reviewsOf(membersOf(input), input.policy);
  const root = oracle(input).pool_root;
  for (let number = FIRST_TRIED; ; number++) {
    const entropy = sha256(`entropy ${number}`).toString('hex');
    if (review(sha256(`${root}:${entropy}`).toString('hex')).alarm) return { ...input, entropy };
  }
}

describe('a wave whose entropy was searched for a draw that raises an alarm', () => {
  let at: Installation;

  beforeAll(async () => {
    const made = await madeUpWave({ applicants: 300, seed: 62, quota: 60 });
    at = await installation();
    await openAndImport(at, withAlarm({ ...made, policy: { ...made.policy, priority: [] } }));
    await close(at, 17);
  }, 240_000);

  async function expectNothingPublished(): Promise<void> {
    const { sql } = at.database;
    expect([...(await sql`select state, published_at from wave`)]).toEqual([
      { state: 'closing', published_at: null },
    ]);
    expect(await sql`select from outcome`).toHaveLength(0);
    expect(await sql`select from notice`).toHaveLength(0);
    expect(await sql`select from stage where stage in ('publish', 'notify')`).toHaveLength(0);
    await expect(exported(at, 17)).rejects.toMatchObject({ code: 'CONFLICT' });
  }

  test('is drawn and recorded, and not published', async () => {
    await expectNothingPublished();
    expect(await readProgress(at.database.sql, 17)).toMatchObject({
      held: { stage: 'publish', hold: 'review' },
      finished: true,
    });
  });

  test('shows the alarm, by what it was raised, and what there is to do', async () => {
    const review = await reviewOf(at);
    expect(review).toMatchObject({ alarm: true, approval: null });
    const alarms = review.attributes.filter(({ conclusion }) => conclusion === 'alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const { p } of alarms) expect(p).toBeLessThan(review.threshold ?? 0);
    const { stdout } = await runHere(at, ['review', 'show', '17']);
    expect(stdout).toMatch(/^ALARM: the draw of wave 17 is not as it has to be: /);
    expect(stdout).toMatch(/^Next, if [^:]+: .* review approve 17 --reason TEXT$/m);
  });

  test('is held again by a close that goes on without a word of the operator', async () => {
    await close(at, 17);
    await expectNothingPublished();
  });

  test('cannot be published past the review, not even in the database', async () => {
    const publish = at.database.sql`update wave set state = 'published', published_at = now() where id = 17`;
    await expect(publish).rejects.toThrow(/raised an alarm that nobody has approved/);
  });

  test.each([
    ['blank', ' '],
    ['too long', 'x'.repeat(1_001)],
    ['with a NIK', 'Asked for by 3171011708450001'],
    ['with control characters', 'fine\u0007'],
  ])('is not approved by a reason that is %s', async (_, reason) => {
    const ended = await approve(at, reason, '--json');
    expect(ended.code).toBe(3);
    expect(ended.stdout + ended.stderr).not.toContain('3171011708450001');
    expect((await readReview(at.database.sql, 17)).approval).toBeNull();
  });

  test('is published once it is approved, with the reason on record', async () => {
    const approved = await approveBy(runProgram, at, REASON);
    expect(approved.code, approved.stderr).toBe(0);
    expect(approved.stdout).toContain(`approved by Siti at the ministry: ${REASON}`);
    expect(approved.stdout).toMatch(/^Next: .* wave close 17$/m);
    await close(at, 17);
    const { approval } = await readReview(at.database.sql, 17);
    expect(approval).toEqual({ at: expect.any(String), by: 'Siti at the ministry', reason: REASON });
    const { folder } = await exported(at, 17);
    const text = await readFile(join(folder, 'review.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({ alarm: true, approval: { at: approval?.at, reason: REASON } });
    expect(text).not.toContain('Siti');
    expect(at.logged.filter(({ event }) => event === 'wave.published')).toHaveLength(1);
  });

  test('is approved once', async () => {
    const again = await approve(at, 'Another reason', '--json');
    expect(again.code).toBe(4);
    expect(documentOf<ErrorDocument>(again).error.next).toContain('review show 17');
    expect((await readReview(at.database.sql, 17)).approval?.reason).toBe(REASON);
  });
});

describe('the review of a published wave', () => {
  test('is exported with its bytes and hash in draw.json', async () => {
    const at = await published();
    const { folder } = await exported(at, 17);
    const content = await readFile(join(folder, 'review.json'));
    const { files } = JSON.parse(await readFile(join(folder, 'draw.json'), 'utf8'));
    const sha = createHash('sha256').update(content).digest('hex');
    expect(files['review.json']).toEqual({ bytes: content.length, sha256: sha });
    expect(JSON.parse(content.toString())).toEqual(await reviewOf(at));
    const tables = JSON.parse(await readFile(join(folder, 'datapackage.json'), 'utf8')).resources;
    expect(tables.map(({ path }: { path: string }) => path)).not.toContain('review.json');
  });

  test('needs no approval, and takes none', async () => {
    const at = await published();
    const ended = await approve(at, REASON, '--json');
    expect(ended.code).toBe(4);
    expect(documentOf<ErrorDocument>(ended).error.message).toContain('raised no alarm');
  });

  test('of a wave that is void is there, and cannot be approved', async () => {
    const at = await published();
    await unguarded(at.database, async (sql) => {
      await sql`update review set alarm = true where wave_id = 17`;
      await sql`update wave set state = 'void', voided_at = now(), voided_by = 'test', void_reason = 'test' where id = 17`;
    });
    const ended = await approve(at, REASON, '--json');
    expect(documentOf<ErrorDocument>(ended).error).toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('is void'),
    });
    expect((await readReview(at.database.sql, 17)).alarm).toBe(true);
  });
});
