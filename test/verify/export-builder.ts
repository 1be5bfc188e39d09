/** Exports made up line by line, as the rules are told and by other means than those that are tested. */
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../src/proof/canonical.ts';
import { type DrawnLine, drawPool, type Member, type Places, rootOf, sha256 } from './plain-draw.ts';

export { rootOf, sha256 };

/** An export in memory: the lines of each table, and draw.json. Hashes are put in when it is written. */
export interface Export {
  readonly tables: Record<string, string[]>;
  readonly draw: Record<string, unknown> & {
    policy: Record<string, unknown>;
    counts: Record<string, unknown> & { outcomes: Record<string, number> };
  };
  /** Files that draw.json names beside the tables. */
  readonly more?: Record<string, string>;
}

/** Someone who applied: in the pool, or with reasons, or without an answer of the registry. */
export type Person = Member | Outsider;

interface Outsider {
  readonly no: string;
  /** Codes joined by `|`; empty for someone UNVERIFIED. */
  readonly reasons: string;
}

/** What a wave is made of. */
export interface Plan {
  readonly people: readonly Person[];
  readonly quota: number;
  readonly reserve: number;
  readonly household_cap: number;
  readonly tickets: { readonly per_unsuccessful_wave: number; readonly max: number };
  readonly regions: Record<string, number> | { weights: Record<string, number> };
  readonly rules: readonly string[];
  readonly entropy: Entropy;
  /** In place of the one that round 1000 has. */
  readonly signature?: string;
}

export type Entropy = 'secret' | 'given' | 'drand:quicknet';

const SECRET = 'ab'.repeat(32);
/** Round 1000 of drand quicknet, as it was published. */
const ROUND = {
  chain_hash: '52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971',
  public_key:
    '83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451' +
    '0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a',
  round: 1000,
  round_time: '2023-08-23T15:59:24.000Z',
  signature:
    'b44679b9a59af2ec876b1a6b1ad52ea9b1615fc3982b19576350f93447cb1125e342b73a8dd2bacbe47e4b6b63ed5e39',
};

const BEFORE_LISTS = [
  'DUPLICATE_NIK',
  'NIK_NOT_FOUND',
  'NIK_INACTIVE',
  'NIK_DECEASED',
  'NIK_DUPLICATE',
  'KK_MISMATCH',
  'NAME_MISMATCH',
  'BIRTH_DATE_MISMATCH',
  'AGE_OUT_OF_RANGE',
  'IN_SCHOOL',
  'OCCUPATION_BARRED',
  'EMAIL_UNVERIFIED',
  'SELFIE_UNVERIFIED',
];
/** Reasons that a policy of this kind can give, in their order. */
export function codesOf({ rules }: Pick<Plan, 'rules'>): readonly string[] {
  return [...BEFORE_LISTS, 'ON_LIST:bsu', 'ON_LIST:dtks', 'PAST_RECIPIENT', 'BLOCKED', ...rules];
}

const OUTCOMES = ['ACCEPTED', 'RESERVE', 'NOT_DRAWN', 'HOUSEHOLD_CAP', 'INELIGIBLE', 'UNVERIFIED'];
const RESULTS_HEADER = 'registration_no,nik,outcome,reasons,tier,rank';
const REJECTS = [
  'line,registration_no,column,code,message',
  '4,PRJ-099,nik,NIK_FORMAT,"12, and not 16 digits"',
  '4,PRJ-099,kk,KK_FORMAT,blank',
  '9,,registration_no,REGISTRATION_NO_FORMAT,"a ""name"""',
];
const ROWS_REJECTED = 2;

/**
 * Fourteen applications: ten in the pool (three households of three, one place left in household 0 and two in the
 * others; a tenth alone), three ineligible, one unverified. Four seats, no regions, no reserve.
 */
const SMALL: Plan = {
  people: [...Array.from({ length: 10 }, member), ...outsiders()],
  quota: 4,
  reserve: 0,
  household_cap: 2,
  tickets: { per_unsuccessful_wave: 1, max: 2 },
  regions: {},
  rules: [],
  entropy: 'secret',
};

/** The same people with all that a policy may have: seats by province, a reserve, rules of its own, up to four tickets. */
export const FULL: Plan = {
  ...SMALL,
  people: [
    ...SMALL.people.map((each) => (isMember(each) && each.tickets === 2 ? { ...each, tickets: 3 } : each)),
    { no: 'PRJ-024', reasons: 'PAST_RECIPIENT|RULE_2' },
  ],
  quota: 3,
  reserve: 2,
  tickets: { per_unsuccessful_wave: 2, max: 4 },
  regions: { '31': 1, '32': 1 },
  rules: ['RULE_1', 'RULE_2'],
};

export function smallExport(): Export {
  return exportOf(SMALL);
}

export function exportOf(plan: Plan): Export {
  const people = plan.people.toSorted((one, other) => (one.no < other.no ? -1 : 1));
  const pool = people.filter(isMember);
  const poolLines = pool.map((each) =>
    [each.no, each.tier, each.tickets, each.household, each.slots, each.region].join(','),
  );
  const signature = plan.signature ?? ROUND.signature;
  const entropy = plan.entropy === 'drand:quicknet' ? sha256(Buffer.from(signature, 'hex')) : SECRET;
  const root = rootOf(poolLines);
  const seed = sha256(`${root}:${entropy}`);
  const places: Places = { quota: plan.quota, reserve: plan.reserve, regions: seatsOf(plan) };
  const drawn = drawPool(pool, seed, places);
  const results = people.map((person) => resultLine(person, drawn));
  const rankOf = (line: string) => Number(line.split(',').at(-1));
  const accepted = results.filter((line) => line.includes(',ACCEPTED,'));
  const counts = countsOf(results, pool.length);
  const tables = {
    'results.csv': [RESULTS_HEADER, ...results],
    'accepted.csv': [RESULTS_HEADER, ...accepted.sort((one, other) => rankOf(one) - rankOf(other))],
    'pool.csv': ['registration_no,tier,tickets,household,slots,region', ...poolLines],
    'rejects.csv': [...REJECTS],
    'funnel.csv': funnelOf(results, counts, codesOf(plan)),
  };
  return { tables, draw: drawOf(plan, places, { root, entropy, seed, signature }, counts) };
}

/** Writes the export with the hashes of what it then holds. */
export async function writeExport(dir: string, { tables, draw, more = {} }: Export): Promise<void> {
  await mkdir(dir, { recursive: true });
  const files: Record<string, { bytes: number; sha256: string }> = {};
  const write = async (name: string, text: string) => {
    files[name] = { bytes: Buffer.byteLength(text), sha256: sha256(text) };
    await writeFile(join(dir, name), text);
  };
  for (const [name, lines] of Object.entries(tables))
    await write(name, lines.map((line) => `${line}\n`).join(''));
  for (const [name, text] of Object.entries(more)) await write(name, text);
  const resources = Object.entries(files)
    .filter(([path]) => path.endsWith('.csv'))
    .map(([path, { bytes, sha256: hash }]) => ({
      name: path.replace('.csv', ''),
      path,
      bytes,
      hash: `sha256:${hash}`,
    }));
  await writeFile(join(dir, 'draw.json'), JSON.stringify({ ...draw, files }, null, 2));
  await writeFile(join(dir, 'datapackage.json'), JSON.stringify({ name: 'wave-17', resources }, null, 2));
}

/** Puts in what follows from the pool and the entropy as they are now: root, seed, hash of the policy. */
export function restate({ tables, draw }: Export): void {
  draw.pool_root = rootOf((tables['pool.csv'] ?? []).slice(1));
  draw.seed = sha256(`${draw.pool_root}:${draw.entropy}`);
  draw.policy_sha256 = sha256(canonicalJson(draw.policy));
}

function member(_: unknown, index: number): Member {
  return {
    no: `PRJ-${String(index + 1).padStart(3, '0')}`,
    tier: index % 3 === 2 ? 0 : 1,
    tickets: 1 + (index % 2),
    household: String(Math.floor(index / 3)).repeat(16),
    slots: index < 3 ? 1 : 2,
    region: index % 2 === 0 ? '31' : '32',
  };
}

function outsiders(): Outsider[] {
  const reasons = ['NIK_NOT_FOUND', 'AGE_OUT_OF_RANGE|ON_LIST:dtks', 'AGE_OUT_OF_RANGE', ''];
  return reasons.map((codes, index) => ({
    no: `PRJ-${String(20 + index).padStart(3, '0')}`,
    reasons: codes,
  }));
}

function isMember(person: Person): person is Member {
  return 'household' in person;
}

function isWeighted(regions: Plan['regions']): regions is { weights: Record<string, number> } {
  return 'weights' in regions;
}

/** Of weights by hand: rounded down, and one more to whoever lost most by it. */
function seatsOf({ regions, quota }: Plan): Record<string, number> {
  if (!isWeighted(regions))
    return Object.fromEntries(Object.entries(regions).filter(([, seats]) => seats > 0));
  const { weights } = regions;
  const total = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  const shares = Object.entries(weights).map(([code, weight]) => ({
    code,
    seats: Math.floor((quota * weight) / total) || 0,
    lost: (quota * weight) % total,
  }));
  const left = total === 0 ? 0 : quota - shares.reduce((sum, { seats }) => sum + seats, 0);
  const first = shares.toSorted((one, other) => other.lost - one.lost || (one.code < other.code ? -1 : 1));
  for (const share of first.slice(0, left)) share.seats++;
  return Object.fromEntries(shares.filter(({ seats }) => seats > 0).map(({ code, seats }) => [code, seats]));
}

function resultLine(person: Person, drawn: ReadonlyMap<string, DrawnLine>): string {
  const nik = `317101******${(createHash('sha256').update(person.no).digest().readUInt16BE() % 9000) + 1000}`;
  if (isMember(person)) {
    const { outcome, rank } = drawn.get(person.no) ?? { outcome: 'HOUSEHOLD_CAP', rank: '' };
    return `${person.no},${nik},${outcome},,${person.tier},${rank}`;
  }
  return `${person.no},${nik},${person.reasons === '' ? 'UNVERIFIED' : 'INELIGIBLE'},${person.reasons},,`;
}

function countsOf(results: readonly string[], eligible: number) {
  const of = (outcome: string) => results.filter((line) => line.includes(`,${outcome},`)).length;
  return {
    rows_read: results.length + ROWS_REJECTED,
    rows_rejected: ROWS_REJECTED,
    applications: results.length,
    eligible,
    candidates: eligible - of('HOUSEHOLD_CAP'),
    outcomes: Object.fromEntries(OUTCOMES.map((name) => [name, of(name)])),
  };
}

function funnelOf(
  results: readonly string[],
  counts: ReturnType<typeof countsOf>,
  codes: readonly string[],
): string[] {
  const { outcomes } = counts;
  const having = (code: string) =>
    results.filter((line) => line.split(',')[3]?.split('|').includes(code)).length;
  const steps = [
    ['rows_read', counts.rows_read],
    ['rows_rejected', counts.rows_rejected],
    ['applications', counts.applications],
    ...codes.map((code) => [code, having(code)]),
    ['INELIGIBLE', outcomes.INELIGIBLE],
    ['UNVERIFIED', outcomes.UNVERIFIED],
    ['ELIGIBLE', counts.eligible],
    ['HOUSEHOLD_CAP', outcomes.HOUSEHOLD_CAP],
    ['CANDIDATES', counts.candidates],
    ['NOT_DRAWN', outcomes.NOT_DRAWN],
    ['RESERVE', outcomes.RESERVE],
    ['ACCEPTED', outcomes.ACCEPTED],
  ];
  return ['step,count', ...steps.map((step) => step.join(','))];
}

/** What a wave is drawn with. */
interface Drawn {
  readonly root: string;
  readonly entropy: string;
  readonly seed: string;
  readonly signature: string;
}

function drawOf(
  plan: Plan,
  { regions }: Places,
  { root, entropy, seed, signature }: Drawn,
  counts: ReturnType<typeof countsOf>,
): Export['draw'] {
  const { quota, reserve, household_cap, tickets } = plan;
  const policy = {
    name: 'small',
    quota,
    reserve,
    household_cap,
    layers: ['email', 'selfie'],
    deny_lists: ['dtks', 'bsu'],
    priority: [{ disability: true }],
    tickets,
    rules: plan.rules.map((code) => ({ code, fails_when: { disability: true } })),
    regions: plan.regions,
  };
  return {
    wave: 17,
    policy,
    policy_sha256: sha256(canonicalJson(policy)),
    quota,
    reserve,
    household_cap,
    regions,
    counts,
    pool_root: root,
    entropy,
    entropy_source: plan.entropy,
    entropy_commitment: plan.entropy === 'secret' ? sha256(entropy) : null,
    beacon: plan.entropy === 'drand:quicknet' ? { ...ROUND, signature } : null,
    seed,
    frozen_at: '2023-08-23T15:00:00.000Z',
    voided: null,
  };
}
