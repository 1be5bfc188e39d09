/** The figures of one size as a person reads them. */
import { amount, counted, size } from '../src/cli/words.ts';
import type { Round, Stage, WaveFigures } from './document.ts';
import { COMMANDS, figuresOf, ratiosOf, type Timed, timesOf } from './figures.ts';
import { GOALS, type Goal, goalInWords } from './goals.ts';
import { median, type Spread, spreadOf } from './statistics.ts';
import { type Row, tableLines } from './table.ts';

const NOT_MEASURED = 'not measured on this system';

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

export function ratio(value: number): string {
  return value.toFixed(2);
}

function cells(
  { median: middle, min, max }: Spread,
  inWords: (value: number) => string,
): readonly [string, string] {
  return [inWords(middle), min === max ? '' : `${inWords(min)} – ${inWords(max)}`];
}

/** Title, then tables; the last round stands for what is the same or nearly so in each of them. */
export function waveReport(wave: WaveFigures): string[] {
  const { applications, registry, rounds } = wave;
  const [last] = rounds.slice(-1);
  if (last === undefined) return [];
  return [
    `${amount(applications)} applications, ${amount(registry)} people in the registry, ${counted(rounds.length, 'round')}`,
    '',
    ...tableLines(timeRows(wave), [0, 5]),
    '',
    ...tableLines(resourceRows(wave), [0, 2]),
    '',
    ...tableLines(stageRows(rounds, last.applications), [0, 4]),
    '',
    ...tableLines(referenceRows(rounds, last)),
    '',
    ...tableLines(fileRows(last)),
    '',
    agreement(rounds),
  ];
}

function timeRows({ rounds, applications }: WaveFigures): Row[] {
  const row = (name: string, what: Timed, goal?: Goal): Row => {
    const ofPeer = ratiosOf(rounds, what, 'peer');
    const reached = goal === undefined ? '' : goalInWords(goal, ofPeer.median, applications, ratio);
    return [name, ...cells(timesOf(rounds, what), seconds), ...cells(ofPeer, ratio), reached];
  };
  const ofCopy = ratiosOf(rounds, 'export', 'copy');
  const copyGoal = goalInWords(GOALS.exportOfCopy, ofCopy.median, applications, ratio);
  return [
    ['', 'median', 'min – max', '÷ peer', 'min – max', 'goal'],
    row('import applicants', 'import'),
    row('wave close', 'close'),
    row('export', 'export'),
    row('close + export', 'closing', GOALS.closingOfPeer),
    row('import + close + export', 'total', GOALS.totalOfPeer),
    ['DuckDB peer', ...cells(timesOf(rounds, 'peer'), seconds)],
    ['COPY of the same rows', ...cells(timesOf(rounds, 'copy'), seconds)],
    ['export ÷ COPY', ...cells(ofCopy, ratio), '', '', copyGoal],
  ];
}

function resourceRows({ rounds, applications }: WaveFigures): Row[] {
  const rows = COMMANDS.map((command): Row => {
    const memory = figuresOf(rounds, command, 'peak_memory');
    const cpu = (figure: 'node_cpu_seconds' | 'database_cpu_seconds') => {
      const found = figuresOf(rounds, command, figure);
      return found === undefined ? NOT_MEASURED : seconds(found.median * 1000);
    };
    const goal = memory === undefined ? '' : goalInWords(GOALS.memory, memory.max, applications, size);
    const peak = memory === undefined ? NOT_MEASURED : size(memory.max);
    return [command, peak, goal, cpu('node_cpu_seconds'), cpu('database_cpu_seconds')];
  });
  const peerMemory = Math.max(...rounds.map(({ peer }) => peer.peak_memory));
  return [
    ['', 'largest Node process', 'goal', 'CPU of Node', 'CPU of PostgreSQL'],
    ...rows,
    ['DuckDB peer', size(peerMemory)],
  ];
}

function stageRows(rounds: readonly Round[], applications: number): Row[] {
  const names = rounds[0]?.stages.map(({ stage }) => stage) ?? [];
  const rows = names.map((name): Row => {
    const found = rounds.flatMap(({ stages }) => stages.filter(({ stage }) => stage === name));
    const times = spreadOf(found.map(({ milliseconds }) => milliseconds));
    return [name, ...cells(times, seconds), rate(applications, times.median), countsOf(found[0])];
  });
  return [['stage', 'median', 'min – max', 'applications a second', 'figures'], ...rows];
}

/** Without those of reasons and outcomes, whose names begin with a capital: they say nothing of time. */
function countsOf(stage: Stage | undefined): string {
  return Object.entries(stage?.counts ?? {})
    .filter(([what]) => !/^[A-Z]/.test(what))
    .map(([what, count]) => `${what} ${amount(count)}`)
    .join(', ');
}

/** Rows a second; a stage may be too short to be timed. */
function rate(rows: number, milliseconds: number): string {
  return milliseconds === 0 ? '' : amount(Math.round((rows * 1000) / milliseconds));
}

function referenceRows(rounds: readonly Round[], last: Round): Row[] {
  const rows = [...last.references, last.applicants].map(
    ({ file, rows: read, bytes, rows_rejected }): Row => {
      const times = rounds.flatMap(({ references, applicants }) =>
        [...references, applicants]
          .filter((found) => found.file === file)
          .map(({ milliseconds }) => milliseconds),
      );
      const middle = median(times);
      return [file, amount(read), amount(rows_rejected), size(bytes), seconds(middle), rate(read, middle)];
    },
  );
  return [['imported', 'rows', 'rejected', 'size', 'median', 'rows a second'], ...rows];
}

function fileRows({ files, database_bytes: database }: Round): Row[] {
  return [
    ['written', 'rows', 'size'],
    ...files.map(({ file, rows, bytes }): Row => [file, amount(rows), size(bytes)]),
    ['database after import', '', size(database.after_import)],
    ['database after close', '', size(database.after_close)],
  ];
}

function agreement(rounds: readonly Round[]): string {
  const differences = rounds.reduce((sum, round) => sum + round.differences, 0);
  return differences === 0
    ? "results.csv and accepted.csv are the peer's, row for row, in every round."
    : `${counted(differences, 'row')} of results.csv and accepted.csv not as the peer has them.`;
}
