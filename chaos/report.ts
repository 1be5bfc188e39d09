/** What a run of the harness has found, for people and as a document. */
import { tableLines } from '../bench/table.ts';
import type { CaseReport } from './campaign.ts';
import type { ChaosOptions } from './options.ts';
import { BACKENDS } from './stand.ts';

const HEADER = ['kind', 'queue', 'cases', 'broken', 'commands', 'failed', 'seconds'];

/** The command that does one case again. */
export function replay({ seed, backends, every }: ChaosOptions, name: string): string {
  const backend = backends.length === BACKENDS.length ? '' : ` --backend ${backends.join()}`;
  return `npm run chaos -- --seed ${seed}${backend}${every ? ' --every' : ''} --only ${name}`;
}

/** A line a kind and queue, and one for all. */
export function table(reports: readonly CaseReport[]): string[] {
  const groups = new Map<string, CaseReport[]>();
  for (const report of reports) {
    const group = `${report.kind} ${report.backend}`;
    groups.set(group, [...(groups.get(group) ?? []), report]);
  }
  const rows = [...groups].map(([group, cases]) => [...group.split(' '), ...sums(cases)]);
  return tableLines([HEADER, ...rows, ['all', '', ...sums(reports)]], [0, 1]);
}

function sums(cases: readonly CaseReport[]): string[] {
  const sum = (of: (report: CaseReport) => number) => cases.reduce((all, report) => all + of(report), 0);
  return [
    cases.length,
    sum(({ broken }) => broken),
    sum(({ commands }) => commands),
    cases.filter(({ faults }) => faults.length > 0).length,
    Math.round(sum(({ milliseconds }) => milliseconds) / 1000),
  ].map(String);
}

/** What was done, what went wrong, and how to see it again. */
export function failureLines(report: CaseReport, command: string): string[] {
  return [
    `${report.name} (${report.backend}) FAILED`,
    ...report.story.map((line) => `    ${line}`),
    ...report.faults.flatMap((fault) =>
      fault.split('\n').map((line, at) => `  ${at === 0 ? '!' : ' '} ${line}`),
    ),
    `  ${command}`,
  ];
}
