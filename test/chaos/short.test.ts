/** The harness in short: a case or two of what it breaks, by the real program on real servers. */
import { expect, inject, test } from 'vitest';
import { type CaseReport, runCampaign } from '../../chaos/campaign.ts';
import { type ChaosOptions, readOptions } from '../../chaos/options.ts';
import { failureLines, replay } from '../../chaos/report.ts';

const LONGEST = 300_000;

async function reportsOf(options: ChaosOptions): Promise<CaseReport[]> {
  const reports: CaseReport[] = [];
  const quiet = { note: () => {}, signal: new AbortController().signal, onSkip: () => {} };
  for await (const report of runCampaign(options, quiet)) reports.push(report);
  return reports;
}

test(
  'a wave that is killed, refused and cut off on its way comes to the same, byte for byte',
  async () => {
    const queue = inject('redisUrl') === null ? 'postgres' : 'redis';
    const line = `--seed 18 --kind kill,statement,import --count 1 --backend ${queue}`;
    const options = readOptions(line.split(' '));
    if (options === undefined) throw new Error('only help was asked for');
    const reports = await reportsOf(options);
    expect(reports.flatMap(failed(options))).toEqual([]);
    expect(reports.map(({ kind }) => kind)).toEqual(['kill', 'statement', 'import']);
    expect(reports.reduce((sum, { broken }) => sum + broken, 0)).toBeGreaterThanOrEqual(2);
  },
  LONGEST,
);

function failed(options: ChaosOptions): (report: CaseReport) => string[] {
  return (report) =>
    report.faults.length === 0 ? [] : failureLines(report, replay(options, report.name)).slice(0, 40);
}
