/** The harness: reads what is asked for, runs the cases, says what became of them. */
import { GelombangError } from '../src/errors.ts';
import { type CaseReport, runCampaign } from './campaign.ts';
import { type ChaosOptions, readOptions, USAGE } from './options.ts';
import { failureLines, replay, table } from './report.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Gives the exit code. */
async function chaos(options: ChaosOptions, signal: AbortSignal): Promise<number> {
  note(`seed ${options.seed}`);
  const reports: CaseReport[] = [];
  const skipped: Record<string, string> = {};
  const onSkip = (kind: string, why: string) => {
    skipped[kind] = why;
    note(`${kind} is left out: ${why}`);
  };
  for await (const report of runCampaign(options, { note, signal, onSkip })) {
    reports.push(report);
    const isWell = report.faults.length === 0;
    if (isWell)
      note(`${report.name} ${report.backend} ok, broken ${report.broken}, ${report.milliseconds} ms`);
    else note(failureLines(report, replay(options, report.name)).join('\n'));
  }
  const failed = reports.filter(({ faults }) => faults.length > 0);
  if (options.json) console.log(JSON.stringify({ seed: options.seed, cases: reports, skipped }, null, 2));
  else
    console.log(
      [`seed ${options.seed}`, '', ...table(reports), ...closing(options, failed, skipped)].join('\n'),
    );
  return failed.length > 0 ? 1 : 0;
}

function closing(
  options: ChaosOptions,
  failed: readonly CaseReport[],
  skipped: Readonly<Record<string, string>>,
): string[] {
  const left = Object.entries(skipped).map(([kind, why]) => `left out: ${kind}, ${why}`);
  const again = failed.map(({ name }) => `failed: ${replay(options, name)}`);
  return [...(left.length + again.length > 0 ? [''] : []), ...left, ...again];
}

async function main(): Promise<number> {
  const stopping = new AbortController();
  for (const [name, code] of Object.entries(SIGNALS)) {
    // What has to be undone is undone on the way out.
    process.once(name, () => process.exit(code));
  }
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== undefined) return await chaos(options, stopping.signal);
    console.log(USAGE);
    return 0;
  } catch (error) {
    if (!(error instanceof GelombangError)) throw error;
    note(`error: ${error.message}`);
    if (error.next !== undefined) note(error.next);
    return error.exitCode;
  }
}

process.exitCode = await main();
