/** The harness in short: a case or two of what it breaks, by the real program on real servers. */
import { expect, inject, test } from 'vitest';
import { type CaseReport, runCampaign } from '../../chaos/campaign.ts';
import { type ChaosOptions, readOptions } from '../../chaos/options.ts';
import { failureLines, replay } from '../../chaos/report.ts';
import { BACKENDS } from '../../chaos/stand.ts';

const LONGEST = 300_000;

async function reportsOf(options: ChaosOptions): Promise<CaseReport[]> {
  const reports: CaseReport[] = [];
  const quiet = { note: () => {}, signal: new AbortController().signal, onSkip: () => {} };
  for await (const report of runCampaign(options, quiet)) reports.push(report);
  return reports;
}

test(
  'a wave that is killed and refused on its way comes to the same, byte for byte, on either queue',
  async () => {
    const queues = inject('redisUrl') === null ? ['postgres'] : BACKENDS;
    const line = `--seed 178 --kind kill,statement,rotate --count ${queues.length} --backend ${queues.length > 1 ? 'both' : 'postgres'}`;
    const options = readOptions(line.split(' '));
    if (options === undefined) throw new Error('only help was asked for');
    const reports = await reportsOf(options);
    expect(reports.flatMap(failed(options))).toEqual([]);
    expect(reports.map(({ kind, backend }) => `${kind} ${backend}`)).toEqual(
      ['kill', 'statement', 'rotate'].flatMap((kind) => queues.map((queue) => `${kind} ${queue}`)),
    );
    expect(reports.filter(({ broken }) => broken === 0)).toEqual([]);
  },
  LONGEST,
);

function failed(options: ChaosOptions): (report: CaseReport) => string[] {
  return (report) =>
    report.faults.length === 0 ? [] : failureLines(report, replay(options, report.name)).slice(0, 40);
}
