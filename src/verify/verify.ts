import type { Fault } from '../errors.ts';
import { InclusionTree } from '../proof/inclusion.ts';
import { compareAccepted } from './accepted.ts';
import type { Report } from './files.ts';
import { type Check, Findings } from './findings.ts';
import { compareCounts, readFunnel } from './funnel.ts';
import { type Grounds, verifyGrounds } from './grounds.ts';
import { drawPool } from './pool.ts';
import { compareRejects } from './rejects.ts';
import { compareResults } from './results.ts';
import type { Statement, Voided } from './statement.ts';

export interface VerifyReport {
  /** As draw.json names it; undefined where that cannot be read from it. */
  readonly wave: string | number | undefined;
  /** What draw.json says of the source of the entropy. */
  readonly entropySource: string | undefined;
  /** Where the wave does not count, since when and why. The draw is checked all the same. */
  readonly voided: Voided | undefined;
  /** What was checked, in order. A check that could not be made, because of faults before it, is not among them. */
  readonly checked: readonly Check[];
  /** The first 20 faults, with file and line. */
  readonly faults: readonly Fault[];
  readonly faultCount: number;
}

/**
 * Recomputes the draw of an exported folder from its files alone, without the database: whoever has the folder can
 * check what was published. Memory is bounded by the pool, at about 75 bytes an eligible application.
 * Faults are reported, not thrown. Throws INPUT_REFUSED if files are missing or are no JSON.
 */
export async function verifyExport(dir: string, report: Report): Promise<VerifyReport> {
  const findings = new Findings();
  const { statement, grounds } = await verifyGrounds(dir, findings, report);
  if (grounds !== undefined) await verifyLines(grounds);
  return reportOf(statement, findings);
}

export function reportOf(statement: Statement | undefined, findings: Findings): VerifyReport {
  const { checked, faults, faultCount } = findings;
  const { wave, entropy_source: entropySource, voided } = statement ?? {};
  return { wave, entropySource, voided, checked, faults, faultCount };
}

async function verifyLines(grounds: Grounds): Promise<void> {
  const { dir, statement, terms, findings, report } = grounds;
  await compareRejects(dir, statement.counts.rows_rejected, findings, report);
  const funnel = await readFunnel(dir, terms.codes, findings);
  const pool = await drawPool(grounds, new InclusionTree());
  if (pool === undefined) return;
  const tally = await compareResults(grounds, pool);
  await compareAccepted(dir, tally, findings, report);
  compareCounts(statement, funnel, tally, pool, findings);
}
