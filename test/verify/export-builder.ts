import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '../../src/proof/canonical.ts';
import { MerkleTree } from '../../src/proof/merkle.ts';

/** An export in memory: the lines of each table, and draw.json. Hashes are put in when it is written. */
export interface Export {
  readonly tables: Record<string, string[]>;
  readonly draw: Record<string, unknown> & {
    policy: Record<string, unknown>;
    counts: Record<string, unknown> & { outcomes: Record<string, number> };
  };
}

interface Person {
  readonly no: string;
  readonly reasons: string;
  readonly outcome: 'UNVERIFIED' | undefined;
  readonly tier: number;
  readonly tickets: number;
  readonly household: number;
}

const ENTROPY = 'ab'.repeat(32);
const QUOTA = 4;
const CODES = [
  'DUPLICATE_NIK',
  'NIK_NOT_FOUND',
  'AGE_OUT_OF_RANGE',
  'ON_LIST:dtks',
  'PAST_RECIPIENT',
  'BLOCKED',
];
const HEADER = 'registration_no,nik,outcome,reasons,tier,rank';

/**
 * A wave of fourteen applications and four seats: ten in the pool (three households of three, one place left in
 * household 0 and two in the others; a tenth alone), three ineligible, one unverified; two rows rejected.
 */
export function smallExport(): Export {
  const people = somePeople();
  const pool = people.filter((person) => person.reasons === '' && person.outcome === undefined);
  const poolLines = pool.map(poolLine);
  const root = rootOf(poolLines);
  const seed = sha256(`${root}:${ENTROPY}`);
  const ranks = ranksOf(pool, seed);
  const results = people.map((person) => resultLine(person, ranks));
  const accepted = results
    .filter((line) => line.includes(',ACCEPTED,'))
    .sort((left, right) => Number(left.split(',').at(-1)) - Number(right.split(',').at(-1)));
  const counts = countsOf(results, pool.length);
  const tables = {
    'results.csv': [HEADER, ...results],
    'accepted.csv': [HEADER, ...accepted],
    'pool.csv': ['registration_no,tier,tickets,household,slots,region', ...poolLines],
    'rejects.csv': [
      'line,registration_no,column,code,message',
      '4,PRJ-099,nik,NIK_FORMAT,"12, and not 16 digits"',
      '4,PRJ-099,kk,KK_FORMAT,blank',
      '9,,registration_no,REGISTRATION_NO_FORMAT,"a ""name"""',
    ],
    'funnel.csv': funnelOf(results, counts),
  };
  return { tables, draw: drawOf(root, seed, counts) };
}

/** Writes the export with the hashes of what it then holds. */
export async function writeExport(dir: string, { tables, draw }: Export): Promise<void> {
  await mkdir(dir, { recursive: true });
  const files: Record<string, { bytes: number; sha256: string }> = {};
  for (const [name, lines] of Object.entries(tables)) {
    const text = lines.map((line) => `${line}\n`).join('');
    files[name] = { bytes: Buffer.byteLength(text), sha256: sha256(text) };
    await writeFile(join(dir, name), text);
  }
  const resources = Object.entries(files).map(([path, file]) => ({
    name: path.replace('.csv', ''),
    path,
    bytes: file.bytes,
    hash: `sha256:${file.sha256}`,
  }));
  await writeFile(join(dir, 'draw.json'), JSON.stringify({ ...draw, files }, null, 2));
  await writeFile(join(dir, 'datapackage.json'), JSON.stringify({ name: 'wave-17', resources }, null, 2));
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function rootOf(lines: readonly string[]): string {
  const tree = new MerkleTree();
  for (const line of lines) tree.add(line);
  return tree.root().toString('hex');
}

function somePeople(): Person[] {
  const eligible = Array.from({ length: 10 }, (_, index) => ({
    no: `PRJ-${String(index + 1).padStart(3, '0')}`,
    reasons: '',
    outcome: undefined,
    tier: index % 3 === 2 ? 0 : 1,
    tickets: 1 + (index % 2),
    household: Math.floor(index / 3),
  }));
  const others = ['NIK_NOT_FOUND', 'AGE_OUT_OF_RANGE|ON_LIST:dtks', 'AGE_OUT_OF_RANGE', ''].map(
    (reasons, index) => ({
      no: `PRJ-${String(20 + index).padStart(3, '0')}`,
      reasons,
      outcome: reasons === '' ? ('UNVERIFIED' as const) : undefined,
      tier: 0,
      tickets: 1,
      household: 9,
    }),
  );
  return [...eligible, ...others];
}

function slotsOf({ household }: Person): number {
  return household === 0 ? 1 : 2;
}

function poolLine(person: Person): string {
  const household = String(person.household).repeat(16);
  return [person.no, person.tier, person.tickets, household, slotsOf(person), '31'].join(',');
}

/** registration_no → rank of the candidates, as the rules are told. */
function ranksOf(pool: readonly Person[], seed: string): Map<string, number> {
  const key = ({ no, tier, tickets }: Person) =>
    tier + (Array.from({ length: tickets }, (_, j) => sha256(`${seed}:${no}:${j + 1}`)).sort()[0] ?? '');
  const order = pool.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
  const candidates = order.filter(
    (person) =>
      order.filter(({ household }) => household === person.household).indexOf(person) < slotsOf(person),
  );
  return new Map(candidates.map(({ no }, index) => [no, index + 1]));
}

function resultLine(person: Person, ranks: ReadonlyMap<string, number>): string {
  const nik = `317101******${person.no.slice(-3)}1`;
  if (person.outcome !== undefined) return `${person.no},${nik},UNVERIFIED,,,`;
  if (person.reasons !== '') return `${person.no},${nik},INELIGIBLE,${person.reasons},,`;
  const rank = ranks.get(person.no);
  const outcome = rank === undefined ? 'HOUSEHOLD_CAP' : rank <= QUOTA ? 'ACCEPTED' : 'NOT_DRAWN';
  return `${person.no},${nik},${outcome},,${person.tier},${rank ?? ''}`;
}

function countsOf(results: readonly string[], eligible: number) {
  const of = (outcome: string) => results.filter((line) => line.includes(`,${outcome},`)).length;
  const names = ['ACCEPTED', 'RESERVE', 'NOT_DRAWN', 'HOUSEHOLD_CAP', 'INELIGIBLE', 'UNVERIFIED'];
  return {
    rows_read: results.length + 2,
    rows_rejected: 2,
    applications: results.length,
    eligible,
    candidates: eligible - of('HOUSEHOLD_CAP'),
    outcomes: Object.fromEntries(names.map((name) => [name, of(name)])),
  };
}

function funnelOf(results: readonly string[], counts: ReturnType<typeof countsOf>): string[] {
  const { outcomes } = counts;
  const having = (code: string) =>
    results.filter((line) => line.split(',')[3]?.split('|').includes(code)).length;
  const steps = [
    ['rows_read', counts.rows_read],
    ['rows_rejected', counts.rows_rejected],
    ['applications', counts.applications],
    ...CODES.map((code) => [code, having(code)]),
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

function drawOf(root: string, seed: string, counts: ReturnType<typeof countsOf>): Export['draw'] {
  const policy = {
    name: 'small',
    quota: QUOTA,
    reserve: 0,
    household_cap: 2,
    priority: [{ disability: true }],
    tickets: { per_unsuccessful_wave: 1, max: 2 },
  };
  return {
    wave: 17,
    policy,
    policy_sha256: sha256(canonicalJson(policy)),
    quota: QUOTA,
    reserve: 0,
    household_cap: 2,
    regions: {},
    counts,
    pool_root: root,
    entropy: ENTROPY,
    entropy_source: 'secret',
    entropy_commitment: sha256(ENTROPY),
    seed,
  };
}
