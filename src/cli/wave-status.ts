import type { Command } from 'commander';
import { closeCommand, mendThenResume } from '../wave/close-command.ts';
import type { Hold } from '../wave/holds.ts';
import { decideCommands } from '../wave/lists-commands.ts';
import type { WaveStatus } from '../wave/status.ts';
import { waveNumber } from './arguments.ts';
import { askingLines } from './asking-lines.ts';
import { funnelChart } from './chart.ts';
import { listLines } from './list-lines.ts';
import { noticeLines } from './notice-lines.ts';
import { printResult } from './output.ts';
import { requestLines } from './request-lines.ts';
import { withSession } from './session.ts';
import { describeCounts } from './stage-bars.ts';
import { amount, counted, moment, nextLine } from './words.ts';
import { underWayLines } from './worker-lines.ts';

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
      const { waveStatus } = await import('../wave/status.ts');
      await withSession(signal, async ({ database }) => {
        const status = await waveStatus(database, waveId);
        printResult(options.json === true, status, () => statusLines(status));
      });
    });
}

function statusLines(status: WaveStatus): string[] {
  return [
    `Wave ${status.wave} is ${status.state}: policy ${status.policy}, ${counted(status.quota, 'seat')}.`,
    ...factLines(status),
    '',
    ...importLines(status),
    ...listLines(status),
    ...requestLines(status.requests),
    ...(status.progress.asking === null ? [] : ['', ...askingLines(status.progress.asking, status.beacon)]),
    ...runLines(status),
    ...(status.funnel === null ? [] : ['', ...funnelChart(status.funnel), '', ...noticeLines(status)]),
    '',
    ...nextLines(status),
  ];
}

function factLines(status: WaveStatus): string[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ['opened', moment(status.opened_at)],
    ['to be closed', status.state === 'open' && status.closes_at !== null ? moment(status.closes_at) : null],
    ['published', status.published_at === null ? null : moment(status.published_at)],
    ['void', status.voided === null ? null : `${moment(status.voided.at)}: ${status.voided.reason}`],
    ['entropy commitment', status.entropy_commitment],
    ['entropy', status.beacon === null ? 'a secret, the weaker kind' : roundLine(status.beacon)],
    ['frozen', status.frozen_at === null ? null : moment(status.frozen_at)],
    ['pool root', status.pool_root],
    ['seed', status.seed],
  ];
  return facts.filter(([, value]) => value !== null).map(([name, value]) => `  ${name.padEnd(18)}  ${value}`);
}

function roundLine({ round, time, signature }: NonNullable<WaveStatus['beacon']>): string {
  return `round ${round} of drand quicknet, ${moment(time)}${signature === null ? '' : ', taken in'}`;
}

function importLines({ imports, applications }: WaveStatus): string[] {
  if (imports.length === 0) return ['No file of applications has been imported.'];
  const width = Math.max(...imports.map(({ file }) => file.length));
  return [
    `${counted(applications, 'application')} from ${counted(imports.length, 'file')}`,
    ...imports.map(({ file, started_at, finished_at, rows_read, rows_rejected }) => {
      const said =
        finished_at === null
          ? `begun ${moment(started_at)}: under way, or cut off`
          : `${moment(finished_at)}  ${counted(rows_read ?? 0, 'row')}, ${amount(rows_rejected ?? 0)} rejected`;
      return `  ${file.padEnd(width)}  ${said}`;
    }),
  ];
}

function runLines(status: WaveStatus): string[] {
  const { run, progress, steps_failed: failed } = status;
  if (run === null) return [];
  const until = run.finished_at === null ? 'not through' : `through at ${moment(run.finished_at)}`;
  const shown = progress.stages.filter(({ parts }) => parts !== 0);
  const stages = shown.map(({ stage, parts, done, counts, milliseconds }) => {
    if (parts === undefined)
      return `  ${stage.padEnd(11)}  ${progress.held?.stage === stage ? 'held' : 'to come'}`;
    const seconds = `${(milliseconds / 1000).toFixed(1)} s`;
    return `  ${stage.padEnd(11)}  ${`${done} of ${counted(parts, 'part')}`.padEnd(16)}${seconds.padStart(9)}  ${describeCounts(counts)}`.trimEnd();
  });
  const failures = failed.map(
    ({ stage, part, attempts, error }) =>
      `  ! ${stage}, part ${part}, ${counted(attempts, 'attempt')}: ${error}`,
  );
  const begun = `Run ${run.id}, begun ${moment(run.started_at)}, ${until}`;
  return ['', begun, ...stages, ...failures, ...underWayLines(status)];
}

/** In lines, of which a command ends its own. */
function nextLines(status: WaveStatus): string[] {
  const { wave, state, imports, held, notices_held } = status;
  if (state === 'void')
    return [nextLine('gelombang wave open WAVE --policy FILE', 'before the same files are imported into it')];
  if (held === 'registry' || held === 'review' || held === 'entropy') return heldLines(status, held);
  if (state !== 'open' && status.run?.finished_at === null) return underWayNext(status);
  if (state !== 'open') {
    const release = notices_held ? [`To send the notices: gelombang notices release ${wave}`] : [];
    return [nextLine(`gelombang export ${wave} --out DIR`), ...release];
  }
  if (imports.length === 0) return [nextLine(`gelombang import applicants FILE --wave ${wave}`)];
  const unfinished = imports.filter((file) => file.finished_at === null).map(({ file }) => file);
  if (unfinished.length > 0)
    return [
      `Next: import ${unfinished.join(', ')} again if it was cut off.`,
      `To leave it out: gelombang wave close ${wave} --without-unfinished`,
    ];
  const versions = status.lists.flatMap((list) => list.held ?? []);
  if (versions.length === 0) return [nextLine(`gelombang wave close ${wave}`)];
  const commands = versions.map(({ version }) => decideCommands(version)).join('\n');
  return [nextLine(commands, 'when you have looked at what is held')];
}

function heldLines({ wave, beacon, notices_held }: WaveStatus, held: Hold): string[] {
  const resume = `gelombang wave resume ${wave}`;
  if (held === 'review') return [nextLine(`gelombang review show ${wave}`)];
  if (held === 'entropy')
    return [nextLine(resume, beacon === null ? undefined : `from ${moment(beacon.time)} on`)];
  return [
    nextLine(resume, 'when the registry answers'),
    `To publish all the same: ${closeCommand(wave, notices_held)} --with-unverified`,
  ];
}

/** Of a run that is not through: whoever leads it is let be. */
function underWayNext({ wave, progress, steps_failed: failed, led_by: leader }: WaveStatus): string[] {
  if (progress.failed > 0) return [`Next: ${mendThenResume(wave, failed)}`];
  if (leader === null) return [nextLine(`gelombang wave resume ${wave}`)];
  return [nextLine(`gelombang wave status ${wave}`, 'to watch it')];
}
