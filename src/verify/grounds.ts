import { verifyEntropy, verifySeed } from './entropy.ts';
import { type Measured, type Report, refuseMissingFiles } from './files.ts';
import type { Findings } from './findings.ts';
import { verifyFiles } from './stated-files.ts';
import { readStatement, type Statement } from './statement.ts';
import { type Terms, verifyPolicy, verifyRegions } from './terms.ts';

/** What an export says of itself, after the checks that need no line of its tables. */
export interface Grounds {
  readonly dir: string;
  readonly statement: Statement;
  readonly terms: Terms;
  readonly measured: ReadonlyMap<string, Measured>;
  readonly findings: Findings;
  readonly report: Report;
}

/** The checks that come before the lines of the tables. `grounds` is undefined where those cannot be checked any more. */
export async function verifyGrounds(
  dir: string,
  findings: Findings,
  report: Report,
): Promise<{ readonly statement: Statement | undefined; readonly grounds: Grounds | undefined }> {
  await refuseMissingFiles(dir);
  const statement = await readStatement(dir, findings);
  findings.close('draw.json', 'its keys and the forms of their values');
  if (statement === undefined) return { statement, grounds: undefined };
  const measured = await verifyFiles(dir, statement, findings, report);
  const terms = verifyPolicy(statement, findings);
  if (terms !== undefined) verifyRegions(statement, terms, findings);
  verifySeed(statement, findings);
  await verifyEntropy(statement, findings);
  const grounds = terms && { dir, statement, terms, measured, findings, report };
  return { statement, grounds };
}
