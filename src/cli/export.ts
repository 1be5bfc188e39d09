import type { Command } from 'commander';
import type { Matter } from '../approval/matter.ts';
import { GelombangError } from '../errors.ts';
import type { ExportSummary } from '../export/export.ts';
import { shellWord } from '../shell.ts';
import { waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { inWords } from './fault.ts';
import { printResult, warn } from './output.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import type { Session } from './session.ts';
import { counted, size } from './words.ts';

const APPROVAL_USED =
  'Whole NIKs were approved for this one export, and its approval is used up: given again, the command asks for a new one.';

interface Options extends WithReason {
  readonly out: string;
  readonly unmasked?: boolean;
  readonly json?: boolean;
}

export function addExport(program: Command, signal: AbortSignal): void {
  takesReason(program.command('export'))
    .summary('write the results of a wave to a folder')
    .description(
      'Writes the results of a published wave, and all that is needed to verify its draw, to a folder.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--out <folder>', 'where to; made if it is not there')
    .option('--unmasked', 'whole NIKs in results.csv and accepted.csv, for those who may see them')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang export 17 --out wave-17')
    .action(async (waveId: number, options: Options) => {
      const { out: folder, unmasked = false, reason } = options;
      const matter = unmasked ? unmaskedMatter(waveId) : undefined;
      const command = commandAgain(waveId, options);
      const subject = { wave: waveId, folder, unmasked };
      const deed = { action: 'export', subject, reason, matter, command } as const;
      await withAudit(signal, deed, async (session, tell) => {
        const summary = await exportTo(session, waveId, folder, unmasked);
        if (unmasked) warn('the files hold whole NIKs: keep them where only those are who may see them');
        tell({ files: hashesOf(summary) });
        printResult(options.json === true, summary, () => exportLines(summary));
      });
    });
}

function unmaskedMatter(wave: number): Matter {
  return { action: 'export.unmasked', subject: { wave } };
}

function commandAgain(wave: number, { out, reason }: Options): string {
  const why = reason === undefined ? [] : ['--reason', shellWord(reason)];
  return ['gelombang', 'export', wave, '--out', shellWord(out), '--unmasked', ...why].join(' ');
}

export async function exportTo(
  { config, database, log, signal }: Session,
  waveId: number,
  folder: string,
  unmasked: boolean,
): Promise<ExportSummary> {
  const { exportWave } = await import('../export/export.ts');
  let isApprovalUsed = false;
  let current: { readonly file: string; readonly line: ProgressLine } | undefined;
  try {
    const onProgress = ({ file, rows, rowsTotal }: { file: string; rows: number; rowsTotal: number }) => {
      if (current?.file !== file) {
        current?.line.end();
        current = { file, line: progressLine(file, { minor: true }) };
      }
      current.line.update(rows, rowsTotal, counted(rows, 'row'));
    };
    const onApprovalUsed = () => {
      isApprovalUsed = true;
    };
    const { operator } = config;
    const options = { waveId, folder, unmasked, operator, onApprovalUsed, onProgress, signal };
    return await exportWave(database, options, log);
  } catch (error) {
    throw isApprovalUsed ? withoutApproval(error) : error;
  } finally {
    current?.line.end();
  }
}

/** What went wrong, and that given again it has to be approved again. */
function withoutApproval(error: unknown): unknown {
  const known = inWords(error);
  if (known === undefined) {
    warn(APPROVAL_USED);
    return error;
  }
  const { code, message, concerns, faults, final, next = '' } = known;
  const also = `${next}\n${APPROVAL_USED}`.trim();
  return new GelombangError(code, message, { concerns, faults, final, next: also, cause: error });
}

/** Name → SHA-256: what a file that turns up somewhere came from. */
function hashesOf({ files }: ExportSummary): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, { sha256 }]) => [name, sha256]));
}

function exportLines(summary: ExportSummary): string[] {
  const files = Object.entries(summary.files);
  return [
    `Wave ${summary.wave} is in ${summary.folder}:`,
    ...files.map(([name, { bytes, sha256 }]) => `  ${name.padEnd(16)} ${size(bytes).padStart(9)}  ${sha256}`),
    '',
    `Next: gelombang verify ${shellWord(summary.folder)}`,
  ];
}
