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
  findings.same('accepted.csv:1', 'the header', await file.header(), RESULTS_HEADER);
  let place = 0;
  await file.each(() => {
    const line = acceptedLine[place++];
    const where = `accepted.csv:${file.number}`;
    if (line === undefined) {
      findings.fault(where, `is one line too many, expected ${acceptedLine.length} accepted`);
    } else if (line > 0 && hashOf(file) !== hashAt(acceptedHash, place - 1)) {
      findings.fault(
        where,
        `is not number ${place} of the accepted, expected the text of results.csv:${line}`,
      );
    }
  });
  for (; place < acceptedLine.length; place++) {
    const line = acceptedLine[place];
    const expected = line ? `the text of results.csv:${line}` : 'a line that results.csv lacks as well';
    findings.fault(`accepted.csv:${place + 2}`, `is missing, expected ${expected}`);
  }
  findings.close(
    'accepted',
    `${counted(acceptedLine.length, 'line')} of accepted.csv, in the order of their ranks`,
  );
}

function hashOf({ bytes, start, end }: Lines): string {
  return sha256(bytes.subarray(start, end), 'binary');
}

function hashAt(hashes: Buffer, place: number): string {
  return hashes.toString('latin1', place * DIGEST_BYTES, (place + 1) * DIGEST_BYTES);
}
