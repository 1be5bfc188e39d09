/** A file of what has become of every notice. */
import type { Command } from 'commander';
import { shellWord } from '../shell.ts';
import { waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult, warn } from './output.ts';
import { counted } from './words.ts';

interface Options extends WithReason {
  readonly out: string;
  readonly addresses?: boolean;
  readonly json?: boolean;
}

export function addNoticesExport(notices: Command, signal: AbortSignal): void {
  takesReason(notices.command('export'))
    .summary('write what has become of every notice of a wave to a file')
    .description(
      'Writes a CSV file with a row a notice: registration number, channel, outcome, state, attempts, when it changed, why, ' +
        'and the SHA-256 of the texts it was made of. No address is in it unless it is asked for, which may take another person.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--out <file>', 'where to; a file of the name is replaced')
    .option('--addresses', 'e-mail addresses and phone numbers too, for those who may see them')
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang notices export 17 --out notices.csv')
    .action((waveId: number, options: Options) => exportTo(signal, waveId, options));
}

async function exportTo(signal: AbortSignal, waveId: number, options: Options): Promise<void> {
  const { out: path, addresses = false, reason, json = false } = options;
  const { addressesMatter, exportNotices } = await import('../notify/export.ts');
  const deed = {
    action: 'notices.export',
    subject: { wave: waveId, folder: path, addresses },
    reason,
    matter: addresses ? addressesMatter(waveId) : undefined,
    command: commandAgain(waveId, options),
  } as const;
  await withAudit(signal, deed, async ({ database, config: { operator } }, tell) => {
    const summary = await exportNotices(database, { waveId, path, addresses, operator, signal });
    tell({ sha256: summary.sha256, notices: summary.notices });
    if (addresses) warn('the file holds addresses of people: keep it where only those are who may see them');
    printResult(json, summary, () => [
      `${counted(summary.notices, 'notice')} of wave ${waveId} in ${path}`,
      '',
      `Next: gelombang notices status ${waveId}`,
    ]);
  });
}

function commandAgain(wave: number, { out, reason }: Options): string {
  const why = reason === undefined ? [] : ['--reason', shellWord(reason)];
  return ['gelombang', 'notices', 'export', wave, '--out', shellWord(out), '--addresses', ...why].join(' ');
}
