import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { Progress } from '../verify/files.ts';
import type { OneReport } from '../verify/one.ts';
import type { VerifyReport } from '../verify/verify.ts';
import { paint, printOutcome } from './output.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { oneDocument, oneLines } from './verify-one.ts';
import { counted, moment, size } from './words.ts';

interface VerifyOptions {
  readonly json?: boolean;
  readonly one?: string;
}

export function addVerify(program: Command, signal: AbortSignal): void {
  program
    .command('verify')
    .summary('recompute the draw from exported files alone')
    .description(
      'Recomputes the draw of an exported wave from its files alone: no database, no secret. Anyone can do it. Ends with 3 ' +
        'where something is not as it should be.',
    )
    .argument('<folder>', 'what export wrote')
    .option(
      '--one <registration-no>',
      "one applicant's case: the proof that they are in the pool, their tickets and rank, to be done again by hand",
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  $ gelombang verify wave-17\n  $ gelombang verify wave-17 --one REG-000017',
    )
    .action(async (folder: string, { json = false, one }: VerifyOptions) => {
      if (one === undefined) await verifyWhole(folder, json, signal);
      else await verifyOneCase(folder, one.trim().toUpperCase(), json, signal);
    });
}

async function verifyWhole(folder: string, json: boolean, signal: AbortSignal): Promise<void> {
  const { verifyExport } = await import('../verify/verify.ts');
  const report = await withProgress(signal, (progress) => verifyExport(folder, progress));
  const lines = () => [...checkLines(report), ...conclusion(report)];
  printOutcome(json, documentOf(report), lines, faultOf(folder, report));
}

async function verifyOneCase(
  folder: string,
  registrationNo: string,
  json: boolean,
  signal: AbortSignal,
): Promise<void> {
  const { verifyOne } = await import('../verify/one.ts');
  const report: OneReport = await withProgress(signal, (progress) =>
    verifyOne(folder, registrationNo, progress),
  );
  const document = { ...documentOf(report), ...oneDocument(report) };
  const lines = () => [...checkLines(report), '', ...oneLines(report), ...voidLines(report)];
  printOutcome(json, document, lines, faultOf(folder, report));
}

/** @throws GelombangError INTERRUPTED on the signal. */
async function withProgress<Report>(
  signal: AbortSignal,
  verify: (report: (progress: Progress) => void) => Promise<Report>,
): Promise<Report> {
  let current: { readonly step: string; readonly line: ProgressLine } | undefined;
  try {
    return await verify(({ step, done, total }) => {
      if (signal.aborted) {
        throw new GelombangError('INTERRUPTED', 'the verification was stopped', {
          next: 'Run the command again.',
        });
      }
      if (current?.step !== step) {
        current?.line.end();
        current = { step, line: progressLine(step, { minor: true }) };
      }
      current.line.update(done, total, `${size(done)} of ${size(total)}`);
    });
  } finally {
    current?.line.end();
  }
}

function documentOf({ wave, entropySource, voided, checked, faultCount, faults }: VerifyReport): object {
  return {
    wave: wave ?? null,
    verified: faultCount === 0,
    entropy_source: entropySource ?? null,
    voided: voided === undefined ? null : { at: voided.at, reason: voided.reason },
    checked,
    fault_count: faultCount,
    faults,
  };
}

function checkLines({ checked }: VerifyReport): string[] {
  return checked.map(({ check, what, faults }) => {
    const mark = faults === 0 ? paint('green', '✓', process.stdout) : paint('red', '✗', process.stdout);
    return `${mark} ${check}: ${what}${faults === 0 ? '' : ` (${counted(faults, 'fault')})`}`;
  });
}

function conclusion(report: VerifyReport): string[] {
  if (report.faultCount > 0) return voidLines(report);
  const follows = 'the outcomes, ranks and counts follow from the pool, the policy and the entropy.';
  return [`Wave ${report.wave}: ${follows}`, ...voidLines(report)];
}

function voidLines({ wave, voided }: VerifyReport): string[] {
  return voided === undefined
    ? []
    : [`Wave ${wave} is void since ${moment(voided.at)} and does not count: ${voided.reason}`];
}

function faultOf(folder: string, report: VerifyReport): GelombangError | undefined {
  if (report.faultCount === 0) return undefined;
  const found = counted(report.faultCount, 'fault');
  return new GelombangError('INPUT_REFUSED', `${folder} is not what an honest draw gives: ${found}`, {
    faults: report.faults,
    next: 'Get the files again from where they were published. If the faults stay, ask whoever ran the wave.',
  });
}
