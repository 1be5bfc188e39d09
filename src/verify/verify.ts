import type { Fault } from '../errors.ts';
import { canonicalJson } from '../proof/canonical.ts';
import { commitmentOf, seedOf } from '../proof/seed.ts';
import { sha256 } from '../proof/sha256.ts';
import { compareAccepted } from './accepted.ts';
import { type Measured, measure, type Report, refuseMissingFiles, TABLES, type Table } from './files.ts';
import { type Check, Findings } from './findings.ts';
import { compareCounts, readFunnel } from './funnel.ts';
import { drawPool } from './pool.ts';
import { compareRejects } from './rejects.ts';
import { compareResults } from './results.ts';
import { isObject, readJson, readStatement, type Statement } from './statement.ts';

export interface VerifyReport {
  /** As draw.json names it; undefined where that cannot be read from it. */
  readonly wave: string | number | undefined;
  /** What was checked, in order. A check that could not be made, because of faults before it, is not among them. */
  readonly checked: readonly Check[];
  /** The first 20 faults, with file and line. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

/**
 * Recomputes the draw of an exported folder from its files alone, without the database: whoever has the folder can
 * check what was published. Memory is bounded by the pool, at about 60 bytes an eligible application.
 * Faults are reported, not thrown. Throws INPUT_REFUSED if files are missing or are no JSON.
 */
export async function verifyExport(dir: string, report: Report): Promise<VerifyReport> {
  await refuseMissingFiles(dir);
  const findings = new Findings();
  const statement = await readStatement(dir, findings);
  findings.close('draw.json', 'its keys and the forms of their values');
  if (statement !== undefined) await verifyStatement(dir, statement, findings, report);
  const { checked, faults, faultCount } = findings;
  return { wave: statement?.wave, checked, faults, faultCount };
}

async function verifyStatement(
  dir: string,
  statement: Statement,
  findings: Findings,
  report: Report,
): Promise<void> {
  const measured = await verifyFiles(dir, statement, findings, report);
  verifySeed(statement, findings);
  verifyPolicy(statement, findings);
  await compareRejects(dir, statement.counts.rows_rejected, findings, report);
  const funnel = await readFunnel(dir, findings);
  const pool = await drawPool(dir, statement, measured['pool.csv'].lines, findings, report);
  if (pool === undefined) return;
  const tally = await compareResults(dir, { statement, pool, codes: funnel.codes, findings }, report);
  await compareAccepted(dir, tally, findings, report);
  compareCounts(statement, funnel, tally, pool, findings);
}

/** Every table has the bytes and the hash that draw.json and datapackage.json state. */
async function verifyFiles(dir: string, statement: Statement, findings: Findings, report: Report) {
  const { object, where } = await readJson(dir, 'datapackage.json');
  const resources = Array.isArray(object.resources) ? object.resources.filter(isObject) : [];
  const measured = {} as Record<Table, Measured>;
  for (const table of TABLES) {
    const found = await measure(dir, table, report);
    measured[table] = found;
    const stated = statement.files[table];
    compareFile(isObject(stated) ? stated : {}, { ...found, table, where: statement.where(table) }, findings);
    const resource = resources.find(({ path }) => path === table) ?? {};
    const hash = typeof resource.hash === 'string' ? resource.hash.replace(/^sha256:/, '') : undefined;
    compareFile({ ...resource, sha256: hash }, { ...found, table, where: where(table) }, findings);
  }
  for (const name of Object.keys(statement.files)) {
    if (name in measured) continue;
    findings.fault(statement.where(name), `${name} is no file of an export, expected ${TABLES.join(', ')}`);
  }
  findings.close('files', `bytes and SHA-256 of ${TABLES.join(', ')} in draw.json and datapackage.json`);
  return measured;
}

function compareFile(
  stated: Record<string, unknown>,
  found: Measured & { readonly table: Table; readonly where: string },
  findings: Findings,
): void {
  findings.same(found.where, `bytes of ${found.table}`, stated.bytes, found.bytes);
  findings.same(found.where, `sha256 of ${found.table}`, stated.sha256, found.sha256);
}

/** The seed comes from the pool and the entropy, and secret entropy is what was committed to. */
function verifySeed(statement: Statement, findings: Findings): void {
  const { where, entropy, entropy_source: source, entropy_commitment: commitment } = statement;
  findings.same(where('seed'), 'seed', statement.seed, seedOf(statement.pool_root, entropy));
  const isSecret = source === 'secret';
  if (isSecret)
    findings.same(where('entropy_commitment'), 'entropy_commitment', commitment, commitmentOf(entropy));
  else findings.same(where('entropy_source'), 'entropy_source', source, 'given');
  findings.close(
    'seed',
    `SHA-256 of pool_root:entropy${isSecret ? ', and the commitment to the secret entropy' : ''}`,
  );
}

/** The policy stated is the one that was hashed, and the figures beside it are its own. */
function verifyPolicy(statement: Statement, findings: Findings): void {
  const { where, policy } = statement;
  findings.same(where('policy_sha256'), 'policy_sha256', statement.policy_sha256, policyHash(policy));
  for (const key of ['reserve', 'household_cap'] as const) {
    findings.same(where(key), key, statement[key], policy[key]);
  }
  findings.close('policy', 'SHA-256 of the canonical JSON of policy, and the figures taken from it');
}

/** Undefined for a policy that has no canonical form. */
function policyHash(policy: Statement['policy']): string | undefined {
  try {
    return sha256(canonicalJson(policy), 'hex');
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
