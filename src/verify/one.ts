import { GelombangError } from '../errors.ts';
import { InclusionTree, isIncluded, leafHash, nodesOfPath, type PathStep } from '../proof/inclusion.ts';
import { parsePoolLine } from '../proof/pool-line.ts';
import type { Outcome } from '../proof/seats.ts';
import { drawOf, ticket } from '../proof/seed.ts';
import { placeOf } from './byte-order.ts';
import type { Report } from './files.ts';
import { Findings } from './findings.ts';
import { type Grounds, verifyGrounds } from './grounds.ts';
import { Lines } from './lines.ts';
import { type DrawnPool, drawPool, FIRST_LINE } from './pool.ts';
import { compareMember, compareOutsider, type ResultLine, readResult } from './result-lines.ts';
import { reportOf, type VerifyReport } from './verify.ts';

const COMMA = 0x2c;

/** One applicant's own case. What is undefined could not be found out, because of faults. */
export interface OneReport extends VerifyReport {
  readonly registrationNo: string;
  /** What results.csv says of it, and where. */
  readonly result: (ResultLine & { readonly where: string }) | undefined;
  readonly member: Member | undefined;
}

/** Someone in the pool: the proof that they are in it, and their draw. */
export interface Member {
  /** In pool.csv. */
  readonly where: string;
  readonly line: string;
  /** Place of the leaf in the tree, from 0, and how many there are. */
  readonly leafIndex: number;
  readonly leaves: number;
  readonly leafHash: string;
  /** From the leaf upwards, each step with the node that it gives. */
  readonly path: readonly (PathStep & { readonly gives: string })[];
  /** What the path ends in, and what draw.json says. */
  readonly root: string;
  readonly poolRoot: string;
  readonly entropy: string;
  readonly seed: string;
  /** Hashes of the tickets 1, 2, …. */
  readonly tickets: readonly string[];
  /** The smallest of them; both are empty where the pool cannot be drawn. */
  readonly draw: string;
  readonly tier: number;
  /** By the whole pool drawn again: the rank among so many candidates, and the outcome. */
  readonly drawn:
    | { readonly rank: number | undefined; readonly candidates: number; readonly outcome: Outcome }
    | undefined;
}

/**
 * Checks one applicant's case from an exported folder, with all that it takes to do it again by hand. The pool is drawn
 * as a whole for it; the results of others are not looked at.
 * @throws GelombangError INPUT_REFUSED for a number that is in no file, or for files that are missing.
 */
export async function verifyOne(dir: string, registrationNo: string, report: Report): Promise<OneReport> {
  const findings = new Findings();
  const { statement, grounds } = await verifyGrounds(dir, findings, report);
  if (grounds === undefined)
    return { ...reportOf(statement, findings), registrationNo, result: undefined, member: undefined };
  const { member, pool, row } = await memberOf(grounds, registrationNo);
  const { where, line } = await resultOf(grounds, registrationNo);
  if (where === undefined && member === undefined) {
    throw new GelombangError('INPUT_REFUSED', `${registrationNo} is neither in the results nor in the pool`, {
      concerns: { dir },
      next: 'Look at the number once more: it is the one of the account, as in the notice.',
    });
  }
  if (where === undefined)
    findings.fault('results.csv', `${registrationNo} of ${member?.where} is missing, expected a line for it`);
  else if (line !== undefined && member === undefined) compareOutsider(line, where, findings);
  else if (line !== undefined && pool !== undefined) compareMember(line, where, { pool, row }, findings);
  findings.close('one', `what results.csv says of ${registrationNo}, against the pool`);
  const result = where === undefined || line === undefined ? undefined : { ...line, where };
  return { ...reportOf(statement, findings), registrationNo, result, member };
}

async function memberOf(grounds: Grounds, registrationNo: string) {
  const tree = new InclusionTree();
  let found: { readonly line: string; readonly leafIndex: number } | undefined;
  const take = (line: string, leafIndex: number): void => {
    found = { line, leafIndex };
  };
  const pool = await drawPool(grounds, tree, { registrationNo, found: take });
  const { line, leafIndex } = found ?? { line: '', leafIndex: 0 };
  const member = line === '' ? undefined : caseOf(grounds, { line, leafIndex }, tree, pool);
  return { member, pool, row: leafIndex };
}

function caseOf(
  { statement, findings }: Grounds,
  { line, leafIndex }: { readonly line: string; readonly leafIndex: number },
  tree: InclusionTree,
  pool: DrawnPool | undefined,
): Member | undefined {
  const values = parsePoolLine(line);
  if (values === undefined) return undefined;
  const { registration_no: number, tickets, tier } = values;
  const { pool_root, entropy, seed } = statement;
  const { path, root } = tree.proof();
  const leaf = leafHash(line);
  const leaves = tree.leaves;
  const nodes = nodesOfPath(leaf, path);
  if (!isIncluded(leaf, { index: leafIndex, leaves }, { path, root: pool_root }))
    findings.fault(`pool.csv:${leafIndex + FIRST_LINE}`, `is not proved to be under pool_root ${pool_root}`);
  const drawable = pool !== undefined;
  return {
    where: `pool.csv:${leafIndex + FIRST_LINE}`,
    ...{ line, leafIndex, leaves, leafHash: leaf, root, poolRoot: pool_root, entropy, seed, tier },
    path: path.map((step, place) => ({ ...step, gives: nodes[place] ?? '' })),
    tickets: drawable ? Array.from({ length: tickets }, (_, place) => ticket(seed, number, place + 1)) : [],
    draw: drawable ? drawOf(seed, number, tickets) : '',
    drawn: pool && {
      rank: pool.rank[leafIndex] || undefined,
      candidates: pool.candidates,
      outcome: pool.outcomeOf(leafIndex),
    },
  };
}

/** Where the line of one application stands, if it has one, and its values, if they are of a line of results. */
async function resultOf({ dir, findings, report }: Grounds, registrationNo: string) {
  const wanted = Buffer.from(registrationNo);
  const file = new Lines(dir, 'results.csv', report);
  let where: string | undefined;
  let text = '';
  await file.header();
  await file.each(() => {
    const { bytes, start, end } = file;
    const numberEnd = placeOf(COMMA, bytes, start, end);
    if (where !== undefined || wanted.compare(bytes, start, numberEnd) !== 0) return;
    where = `results.csv:${file.number}`;
    text = file.text();
  });
  return { where, line: where === undefined ? undefined : readResult(text, where, findings) };
}
