import type { Command } from 'commander';
import { closeCommand, mendThenResume } from '../wave/close-command.ts';
import { decideCommands } from '../wave/lists-commands.ts';
import type { WaveStatus } from '../wave/status.ts';
import { waveNumber } from './arguments.ts';
import { askingLines } from './asking-lines.ts';
import { funnelChart } from './chart.ts';
import { listLines } from './list-lines.ts';
import { countsLine } from './notice-lines.ts';
import { printResult } from './output.ts';
import { requestLines } from './request-lines.ts';
import { withSession } from './session.ts';
import { describeCounts } from './stage-bars.ts';
import { amount, counted, moment } from './words.ts';
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
    ...(status.funnel === null ? [] : ['', ...funnelChart(status.funnel), '', countsLine(status.notices)]),
    '',
    `Next: ${nextCommand(status)}`,
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

function nextCommand(status: WaveStatus): string {
  const { wave, state, run, imports, lists, held, beacon, notices_held, progress } = status;
  if (state === 'void') return 'gelombang wave open WAVE --policy FILE, and import the same files into it';
  if (held === 'registry')
    return `gelombang wave resume ${wave}, when the registry answers; to publish all the same: ${closeCommand(wave, notices_held)} --with-unverified`;
  if (held === 'review') return `gelombang review show ${wave}`;
  if (held === 'entropy' && beacon !== null)
    return `gelombang wave resume ${wave}, from ${moment(beacon.time)} on`;
  if (state === 'open' && imports.length === 0) return `gelombang import applicants FILE --wave ${wave}`;
  const unfinished = imports.filter((file) => file.finished_at === null).map(({ file }) => file);
  if (state === 'open' && unfinished.length > 0)
    return `import ${unfinished.join(', ')} again if it was cut off, or gelombang wave close ${wave} --without-unfinished`;
  const versions = lists.flatMap((list) => list.held ?? []);
  if (versions.length > 0)
    return `look at what is held, then ${versions.map(({ version }) => decideCommands(version)).join('; ')}`;
  if (state === 'open') return `gelombang wave close ${wave}`;
  if (progress.failed > 0) return mendThenResume(wave, status.steps_failed);
  if (run !== null && run.finished_at === null)
    return `gelombang wave resume ${wave}  (goes on, unless someone is at it)`;
  const release = notices_held ? `, and to send the notices: gelombang notices release ${wave}` : '';
  return `gelombang export ${wave} --out DIR${release}`;
}
