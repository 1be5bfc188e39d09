import type { Command } from 'commander';
import { type WaveStatus, waveStatus } from '../wave/status.ts';
import { waveNumber } from './arguments.ts';
import { funnelChart } from './chart.ts';
import { amount, printResult } from './output.ts';
import { withSession } from './session.ts';

export function addWaveStatus(wave: Command, signal: AbortSignal): void {
  wave
    .command('status')
    .summary('say how far a wave is')
    .description(
      'Shows the state of a wave: its files, how far its run is, its figures once it is published.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang wave status 17 --json')
    .action(async (waveId: number, options: { json?: boolean }) => {
      await withSession(signal, async ({ database }) => {
        const status = await waveStatus(database, waveId);
        printResult(options.json === true, status, () => statusLines(status));
      });
    });
}

function statusLines(status: WaveStatus): string[] {
  return [
    `Wave ${status.wave} is ${status.state}: policy ${status.policy}, ${amount(status.quota)} seats.`,
    `entropy commitment  ${status.entropy_commitment}`,
    ...(status.pool_root === null ? [] : [`pool root           ${status.pool_root}`]),
    ...(status.seed === null ? [] : [`seed                ${status.seed}`]),
    '',
    ...importLines(status),
    ...(status.run === null ? [] : ['', `Run ${status.run.id}`, ...stageLines(status)]),
    ...status.steps_failed.map((step) => `! ${step.stage}, part ${step.part}: ${step.error}`),
    ...(status.funnel === null ? [] : ['', ...funnelChart(status.funnel)]),
    ...(status.funnel === null ? [] : ['', noticeLine(status.notices)]),
    '',
    `Next: ${nextCommand(status)}`,
  ];
}

function importLines(status: WaveStatus): string[] {
  if (status.imports.length === 0) return ['No file of applications has been imported.'];
  return status.imports.map((file) =>
    file.finished_at === null
      ? `${file.file}: under way, or cut off`
      : `${file.file}: ${amount(file.rows_read ?? 0)} rows, ${amount(file.rows_rejected ?? 0)} rejected`,
  );
}

function stageLines(status: WaveStatus): string[] {
  return status.progress.stages.map(({ stage, parts, done, milliseconds }) => {
    const how =
      parts === undefined ? 'to come' : `${done} of ${parts} parts, ${(milliseconds / 1000).toFixed(1)} s`;
    return `  ${stage.padEnd(12)} ${how}`;
  });
}

function noticeLine(notices: Readonly<Record<string, number>>): string {
  const { created = 0, sent = 0, failed = 0, unknown = 0, waiting = 0 } = notices;
  return `Notices: ${amount(created)} created, ${amount(sent)} sent, ${amount(failed)} failed, ${amount(unknown)} unknown, ${amount(waiting)} waiting.`;
}

function nextCommand({ wave, state, run }: WaveStatus): string {
  if (state === 'open') return `gelombang wave close ${wave}`;
  if (run !== null && run.finished_at === null)
    return `gelombang wave close ${wave}  (goes on, unless someone is at it)`;
  return `gelombang export ${wave} --out DIR`;
}
