import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import { type VerifyReport, verifyExport } from '../verify/verify.ts';
import { paint, printResult, size } from './output.ts';
import { progressLine } from './progress.ts';

export function addVerify(program: Command, signal: AbortSignal): void {
  program
    .command('verify')
    .description(
      'Recomputes the draw of an exported wave from its files alone: no database, no secret. Anyone can do it. Ends with 3 ' +
        'where something is not as it should be.',
    )
    .argument('<folder>', 'what export wrote')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang verify wave-17')
    .action(async (folder: string, options: { json?: boolean }) => {
      const report = await verifyWithProgress(folder, signal);
      if (options.json === true) {
        printResult(true, report, () => []);
        if (report.faultCount > 0) throw refused(folder, { ...report, faults: [] });
        return;
      }
      printResult(false, report, () => verifiedLines(report));
      if (report.faultCount > 0) throw refused(folder, report);
    });
}

/** @throws GelombangError INTERRUPTED on the signal. */
export async function verifyWithProgress(folder: string, signal: AbortSignal): Promise<VerifyReport> {
  let step = '';
  let line = progressLine('verify');
  try {
    return await verifyExport(folder, (progress) => {
      if (signal.aborted) throw new GelombangError('INTERRUPTED', 'the verification was stopped');
      if (progress.step !== step) {
        line.end();
        step = progress.step;
        line = progressLine(step);
      }
      line.update(progress.done, progress.total, `${size(progress.done)} of ${size(progress.total)}`);
    });
  } finally {
    line.end();
  }
}

export function verifiedLines(report: VerifyReport): string[] {
  const checks = report.checked.map(({ check, what, faults }) => {
    const mark = faults === 0 ? paint('green', '✓') : paint('red', '✗');
    return `${mark} ${check}: ${what}${faults === 0 ? '' : ` (${faults} faults)`}`;
  });
  const verdict =
    report.faultCount === 0
      ? [`Wave ${report.wave}: every published figure follows from the pool, the policy and the entropy.`]
      : [];
  return [...checks, ...verdict];
}

function refused(folder: string, report: VerifyReport): GelombangError {
  return new GelombangError(
    'INPUT_REFUSED',
    `${folder} is not what an honest draw gives: ${report.faultCount} faults`,
    {
      faults: report.faults,
      next: 'Get the files again from where they were published. If the faults stay, ask whoever ran the wave.',
    },
  );
}
