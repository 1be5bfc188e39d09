import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { VerifyReport } from '../verify/verify.ts';
import { paint, printOutcome } from './output.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { counted, size } from './words.ts';

export function addVerify(program: Command, signal: AbortSignal): void {
  program
    .command('verify')
    .summary('recompute the draw from exported files alone')
    .description(
      'Recomputes the draw of an exported wave from its files alone: no database, no secret. Anyone can do it. Ends with 3 ' +
        'where something is not as it should be.',
    )
    .argument('<folder>', 'what export wrote')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang verify wave-17')
    .action(async (folder: string, options: { json?: boolean }) => {
      const report = await verifyWithProgress(folder, signal);
      printOutcome(
        options.json === true,
        documentOf(report),
        () => verifiedLines(report),
        report.faultCount === 0 ? undefined : refused(folder, report),
      );
    });
}

/** @throws GelombangError INTERRUPTED on the signal. */
async function verifyWithProgress(folder: string, signal: AbortSignal): Promise<VerifyReport> {
  const { verifyExport } = await import('../verify/verify.ts');
  let current: { readonly step: string; readonly line: ProgressLine } | undefined;
  try {
    return await verifyExport(folder, ({ step, done, total }) => {
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

function documentOf({ wave, checked, faultCount, faults }: VerifyReport): object {
  return { wave: wave ?? null, verified: faultCount === 0, checked, fault_count: faultCount, faults };
}

function verifiedLines(report: VerifyReport): string[] {
  const checks = report.checked.map(({ check, what, faults }) => {
    const mark = faults === 0 ? paint('green', '✓', process.stdout) : paint('red', '✗', process.stdout);
    return `${mark} ${check}: ${what}${faults === 0 ? '' : ` (${counted(faults, 'fault')})`}`;
  });
  if (report.faultCount > 0) return checks;
  return [
    ...checks,
    `Wave ${report.wave}: the outcomes, ranks and counts follow from the pool, the policy and the entropy.`,
  ];
}

function refused(folder: string, report: VerifyReport): GelombangError {
  const found = counted(report.faultCount, 'fault');
  return new GelombangError('INPUT_REFUSED', `${folder} is not what an honest draw gives: ${found}`, {
    faults: report.faults,
    next: 'Get the files again from where they were published. If the faults stay, ask whoever ran the wave.',
  });
}
