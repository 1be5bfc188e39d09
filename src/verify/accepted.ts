import { sha256 } from '../proof/sha256.ts';
import type { Report } from './files.ts';
import { counted, type Findings } from './findings.ts';
import { Lines } from './lines.ts';
import { RESULTS_HEADER, type Tally } from './results.ts';

const DIGEST_BYTES = 32;

/** Checks that accepted.csv is the accepted of results.csv, character by character, in the order of their ranks. */
export async function compareAccepted(
  dir: string,
  { acceptedHash, acceptedLine }: Pick<Tally, 'acceptedHash' | 'acceptedLine'>,
  findings: Findings,
  report: Report,
): Promise<void> {
  const file = new Lines(dir, 'accepted.csv', report);
  findings.same('accepted.csv:1', 'the header', await file.next(), RESULTS_HEADER);
  let rank = 0;
  for (let text = await file.next(); text !== undefined; text = await file.next()) {
    rank++;
    const where = `accepted.csv:${file.number}`;
    const line = acceptedLine[rank - 1];
    if (line === undefined) {
      findings.fault(where, `is one line too many, expected ${acceptedLine.length} accepted`);
    } else if (line > 0 && sha256(text, 'hex') !== hashAt(acceptedHash, rank)) {
      findings.fault(where, `is not rank ${rank}, expected the text of results.csv:${line}`);
    }
  }
  for (rank++; rank <= acceptedLine.length; rank++) {
    const line = acceptedLine[rank - 1];
    const expected = line ? `the text of results.csv:${line}` : 'a line that results.csv lacks as well';
    findings.fault(`accepted.csv:${rank + 1}`, `is missing, expected ${expected}`);
  }
  findings.close(
    'accepted',
    `${counted(acceptedLine.length, 'line')} of accepted.csv, in the order of their ranks`,
  );
}

function hashAt(hashes: Buffer, rank: number): string {
  return hashes.toString('hex', (rank - 1) * DIGEST_BYTES, rank * DIGEST_BYTES);
}
