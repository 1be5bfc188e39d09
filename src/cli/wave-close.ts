import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import { shellWord } from '../shell.ts';
import { closeCommand } from '../wave/close-command.ts';
import type { WaveStatus } from '../wave/status.ts';
import { entropy, waveNumber } from './arguments.ts';
import { answeredLine, waitsForRegistry } from './asking-lines.ts';
import { type Deed, takesReason, type WithReason, withAudit } from './auditing.ts';
import { funnelChart } from './chart.ts';
import { noticesLine, waitLines } from './notice-lines.ts';
import { goingOnLines, waitingLeft } from './notices-left.ts';
import { printOutcome } from './output.ts';
import type { Session } from './session.ts';
import { amount, counted, moment } from './words.ts';

interface Options extends WithReason {
  readonly entropy?: string;
  readonly beacon?: string;
  readonly withoutUnfinished?: boolean;
  readonly empty?: boolean;
  readonly holdNotices?: boolean;
  readonly withUnverified?: boolean;
  readonly wait: boolean;
  readonly json?: boolean;
}

export function addWaveClose(wave: Command, signal: AbortSignal): void {
  takesReason(wave.command('close'))
    .summary('close a wave: match, filter, freeze, draw, publish, notify')
    .description(
      'Closes a wave and takes it to its published results and notices. Waits and shows progress; stopped at any moment, ' +
        'the same command goes on where it was. Without a worker about, the work is done in this process. Before the ' +
        'time that it was planned to close at it warns and closes the wave all the same. Whether notices are held ' +
        'can be said anew each time that the command goes on, until the wave is published: the latest one counts.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option(
      '--entropy <hex>',
      "32 bytes that nobody could know before, in place of the wave's secret",
      entropy,
    )
    .option(
      '--beacon <json>',
      'the round that the wave was opened with, as the beacon gives it: JSON, or a file with it. Without it the round is ' +
        'fetched where it is there and the network is',
    )
    .option('--without-unfinished', 'leave out files whose import was cut off')
    .option('--empty', 'close a wave into which no file was imported')
    .option('--hold-notices', 'publish, and send no notice before gelombang notices release')
    .option(
      '--with-unverified',
      'publish although the registry gave no answer on some applications: these stay UNVERIFIED, and are not drawn',
    )
    .option(
      '--no-wait',
      'end where the registry is not to be called before another day or hour; a worker, or the same command, goes on then',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang wave close 17')
    .action(async (waveId: number, options: Options) => {
      await withAudit(signal, deedOf(waveId, options), async (session, tell) => {
        const status = await closeAsAsked(session, waveId, options);
        tell({ state: status.state, run: status.run?.id });
        printClosed(options.json === true, status);
      });
    });
}

async function closeAsAsked(session: Session, waveId: number, options: Options): Promise<WaveStatus> {
  const { closeWave } = await import('./closing.ts');
  const { beaconGiven } = await import('./beacon.ts');
  const { entropy, withoutUnfinished = false, empty = false, holdNotices = false, wait: waits } = options;
  const unverifiedBy = options.withUnverified === true ? session.config.operator : undefined;
  const beacon = options.beacon === undefined ? {} : { beacon: await beaconGiven(options.beacon) };
  const asked = { waveId, entropy, ...beacon, withoutUnfinished, empty, holdNotices };
  return closeWave(session, { ...asked, unverifiedBy, waits });
}

/** What a close, or what goes on with one, has come to; throws what is left to be done. */
export function printClosed(json: boolean, status: WaveStatus): void {
  const lines = () =>
    status.state === 'published'
      ? [...closedLines(status), '', `Next: gelombang export ${status.wave} --out DIR`]
      : unpublishedLines(status);
  printOutcome(json, status, lines, waitsFor(status) ?? waitingLeft(status) ?? unknownsLeft(status));
}

function deedOf(wave: number, options: Options): Deed {
  const { withUnverified, reason } = options;
  const chosen = {
    entropy: options.entropy !== undefined,
    beacon: options.beacon !== undefined,
    without_unfinished: options.withoutUnfinished,
    empty: options.empty,
    hold_notices: options.holdNotices,
    with_unverified: withUnverified,
  };
  const given = Object.entries(chosen).flatMap(([name, isGiven]) => (isGiven === true ? [name] : []));
  const matter = { action: 'wave.close.unverified', subject: { wave } } as const;
  return {
    action: 'wave.close',
    subject: { wave, options: given },
    reason,
    matter: withUnverified === true ? matter : undefined,
    command: commandAgain(wave, options),
  };
}

/** With what it was given, but for the round of a beacon: once frozen the run has that. */
function commandAgain(wave: number, options: Options): string {
  const { entropy, withoutUnfinished, empty, holdNotices, withUnverified, wait, reason } = options;
  const given = [
    ...(entropy === undefined ? [] : [`--entropy ${entropy}`]),
    ...(withoutUnfinished === true ? ['--without-unfinished'] : []),
    ...(empty === true ? ['--empty'] : []),
    ...(withUnverified === true ? ['--with-unverified'] : []),
    ...(wait ? [] : ['--no-wait']),
    ...(reason === undefined ? [] : [`--reason ${shellWord(reason)}`]),
  ];
  return [closeCommand(wave, holdNotices), ...given].join(' ');
}

function unpublishedLines(status: WaveStatus): string[] {
  const { wave, progress } = status;
  if (status.pool_root !== null) return frozenLines(status);
  const { asking } = progress;
  return [`Wave ${wave} is closed, and not decided yet.`, ...(asking === null ? [] : [answeredLine(asking)])];
}

/** Of a wave that is frozen and not published. */
function frozenLines({ wave, frozen_at, pool_root, seed, progress }: WaveStatus): string[] {
  const eligible = progress.stages.find(({ stage }) => stage === 'freeze')?.counts.eligible ?? 0;
  return [
    `The pool of wave ${wave} is frozen: ${counted(eligible, 'eligible application')}.`,
    ...(frozen_at === null ? [] : [`frozen     ${moment(frozen_at)}`]),
    `pool root  ${pool_root}`,
    ...(seed === null ? [] : [`seed       ${seed}`]),
  ];
}

/** What only time, the registry or an operator can give before the wave is published. */
function waitsFor(status: WaveStatus): GelombangError | undefined {
  const { wave, held, beacon, notices_held } = status;
  const concerns = { wave };
  const goOn = closeCommand(wave, notices_held);
  const forRegistry = waitsForRegistry(status, goOn);
  if (forRegistry !== undefined) return forRegistry;
  if (held === 'entropy' && beacon !== null) {
    const isThere = Date.parse(beacon.time) <= Date.now();
    const when = isThere
      ? `there since ${moment(beacon.time)}, and not fetched`
      : `due ${moment(beacon.time)}`;
    const what = `wave ${wave} waits for its entropy: round ${beacon.round} of the beacon, ${when}`;
    const address = `/${beacon.chain_hash}/public/${beacon.round}`;
    const next = isThere
      ? `Get the round from any server of drand (its address ends in ${address}), then: ${goOn} --beacon FILE`
      : `When the round is there: ${goOn}\nWhere the network is not: ${goOn} --beacon FILE`;
    return new GelombangError('UNKNOWNS_LEFT', what, { concerns, next });
  }
  if (held !== 'review') return undefined;
  return new GelombangError(
    'UNKNOWNS_LEFT',
    `the draw of wave ${wave} does not look like chance: it is not published`,
    {
      concerns,
      next: `Look at it with: gelombang review show ${wave}\nTo publish it all the same: gelombang review approve ${wave} --reason TEXT\nThen: ${goOn}`,
    },
  );
}

/** What is still without an answer when all is done that can be done. */
function unknownsLeft({ wave, funnel, notices }: WaveStatus): GelombangError | undefined {
  const applications = funnel?.UNVERIFIED ?? 0;
  const { unknown } = notices;
  if (applications + unknown === 0) return undefined;
  const what = [
    ...(applications > 0
      ? [`${counted(applications, 'application')} that the registry gave no answer on`]
      : []),
    ...(unknown > 0 ? [`${counted(unknown, 'notice')} of which nobody knows whether they went out`] : []),
  ];
  return new GelombangError('UNKNOWNS_LEFT', `wave ${wave} is through, with ${what.join(' and ')}`, {
    concerns: { wave },
    next: `Look at them with: gelombang ${notices.unknown > 0 ? 'notices unknown' : 'wave status'} ${wave}`,
  });
}

/** What to say of a wave that is through. */
export function closedLines(status: WaveStatus): string[] {
  const funnel = status.funnel ?? {};
  return [
    `Wave ${status.wave} is published: ${amount(funnel.ACCEPTED ?? 0)} accepted of ${counted(funnel.applications ?? 0, 'application')}.`,
    `pool root  ${status.pool_root}`,
    `seed       ${status.seed}`,
    '',
    ...funnelChart(funnel),
    '',
    noticesLine(status),
    ...status.channels.flatMap(waitLines),
    ...goingOnLines(status),
  ];
}
