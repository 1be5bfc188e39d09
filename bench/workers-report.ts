/** The figures of a wave closed with more and more workers, as a person reads them. */
import { amount, size } from '../src/cli/words.ts';
import type { GrowthFigures, WorkersRound } from './document.ts';
import { median } from './statistics.ts';
import { type Row, tableLines } from './table.ts';
import { ratio, seconds } from './wave-report.ts';

const UNKNOWN = '?';

/** A column for each number of workers; medians where there are several rounds. */
export function workersReport(growth: GrowthFigures): string[] {
  const { applications, registry, concurrency, rounds } = growth;
  const numbers = [...new Set(rounds.map(({ workers }) => workers))].sort((left, right) => left - right);
  const columns = numbers.map((number) => rounds.filter(({ workers }) => workers === number));
  return [
    `${amount(applications)} applications, ${amount(registry)} people in the registry, wave close with workers beside it`,
    `Steps that a process does at once: ${concurrency}. Without workers the closing process works itself; with some it only leads.`,
    '',
    ...tableLines([['workers', ...numbers.map(String)], ...figureRows(columns), ...stageRows(columns)]),
  ];
}

function figureRows(columns: readonly (readonly WorkersRound[])[]): Row[] {
  const row = (
    name: string,
    of: (round: WorkersRound) => number | null,
    inWords: (value: number) => string,
  ): Row => [name, ...columns.map((rounds) => middleOf(rounds.map(of), inWords))];
  const [first] = columns.map((rounds) => median(rounds.map(({ close }) => close.milliseconds)));
  const node = ({ close }: WorkersRound) => close.node_cpu_seconds;
  const database = ({ close }: WorkersRound) => close.database_cpu_seconds;
  const cpu = (round: WorkersRound) => sum(node(round), database(round));
  return [
    row('wave close', ({ close }) => close.milliseconds, seconds),
    row('of that of the first', ({ close }) => close.milliseconds / (first ?? Number.NaN), ratio),
    row('CPU of Node', node, inSeconds),
    row('CPU of PostgreSQL', database, inSeconds),
    row("the database's share", (round) => quotient(database(round), cpu(round)), percent),
    row('cores at work', (round) => quotient(cpu(round), round.close.milliseconds / 1000), ratio),
    row('largest Node process', ({ close }) => close.peak_memory, size),
  ];
}

function stageRows(columns: readonly (readonly WorkersRound[])[]): Row[] {
  const names = columns[0]?.[0]?.stages.map(({ stage }) => stage) ?? [];
  return names.map((name) => [
    `  ${name}`,
    ...columns.map((rounds) => {
      const found = rounds.flatMap(({ stages }) => stages.filter(({ stage }) => stage === name));
      return middleOf(
        found.map(({ milliseconds }) => milliseconds),
        seconds,
      );
    }),
  ]);
}

function middleOf(values: readonly (number | null)[], inWords: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? UNKNOWN : inWords(median(known));
}

function sum(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

function quotient(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}

function inSeconds(value: number): string {
  return seconds(value * 1000);
}

function percent(value: number): string {
  return `${Math.round(value * 100)} %`;
}
