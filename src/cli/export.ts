import type { Command } from 'commander';
import { type ExportSummary, exportWave } from '../export/export.ts';
import { waveNumber } from './arguments.ts';
import { note, printResult, size, warn } from './output.ts';
import { type Session, withSession } from './session.ts';

export function addExport(program: Command, signal: AbortSignal): void {
  program
    .command('export')
    .description(
      'Writes the results of a published wave, and all that is needed to verify its draw, to a folder.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--out <folder>', 'where to; made if it is not there')
    .option('--unmasked', 'whole NIKs in results.csv and accepted.csv, for those who may see them')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang export 17 --out wave-17')
    .action(async (waveId: number, options: { out: string; unmasked?: boolean; json?: boolean }) => {
      await withSession(signal, async (session) => {
        if (options.unmasked === true)
          warn('the files hold whole NIKs: keep them where only those are who may see them');
        const summary = await exportTo(session, waveId, options.out, options.unmasked === true);
        printResult(options.json === true, summary, () => exportLines(summary));
      });
    });
}

export async function exportTo(
  { database, log }: Session,
  waveId: number,
  folder: string,
  unmasked: boolean,
): Promise<ExportSummary> {
  return exportWave(database, { waveId, folder, unmasked, onFile: (name) => note(`writing ${name}`) }, log);
}

export function exportLines(summary: ExportSummary): string[] {
  const files = Object.entries(summary.files);
  return [
    `Wave ${summary.wave} is in ${summary.folder}:`,
    ...files.map(([name, { bytes, sha256 }]) => `  ${name.padEnd(14)} ${size(bytes).padStart(9)}  ${sha256}`),
    '',
    `Next: gelombang verify ${summary.folder}`,
  ];
}
