import { type Command, InvalidArgumentError } from 'commander';
import { GelombangError } from '../errors.ts';
import type { PolicyChange } from '../policy/changes.ts';
import type { SimulationReport } from '../simulate/report.ts';
import { waveData, waveNumber } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printOutcome } from './output.ts';
import { readPolicyFile } from './policy-file.ts';

import { simulatedLines } from './simulation-lines.ts';
import { counted } from './words.ts';

interface Options extends WithReason {
  readonly set?: readonly PolicyChange[];
  readonly policy?: string;
  readonly waveData: 'frozen' | 'current';
  readonly out?: string;
  readonly json?: boolean;
}

export function addSimulate(program: Command, signal: AbortSignal): void {
  takesReason(program.command('simulate'))
    .summary('play a published wave again, under another policy')
    .description(
      'Plays a published wave again with the seed of its draw, and shows what would be otherwise under another policy. ' +
        'Nothing of it is stored. Where nothing is changed it checks that the wave comes out exactly as it did, and ends ' +
        'with 1 where it does not.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .option(
      '--set <key=value>',
      'another value of the policy, in YAML, by the path of its key; can be given again',
      change,
    )
    .option('--policy <file>', "another policy, with its quota, in place of the wave's (YAML)")
    .option(
      '--wave-data <which>',
      'frozen: registry, lists and recipients as the wave was closed with; current: the newest',
      waveData,
      'frozen',
    )
    .option('--out <file>', 'write the applications that change sides to this file (CSV)')
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang simulate 17 --set quota=800000 --set match.name=70 --out sides.csv\n' +
        "  $ gelombang simulate 17 --set 'regions={\"31\": 50000}' --set 'deny_lists=[dtks]'\n" +
        '  $ gelombang simulate 17 --policy other.yaml --wave-data current',
    )
    .action(async (waveId: number, options: Options) => {
      const { simulate } = await import('./simulating.ts');
      const policy = options.policy === undefined ? undefined : await readPolicyFile(options.policy);
      const subject = {
        wave: waveId,
        policy: policy?.sha256,
        set: options.set?.map(({ key, value }) => `${key}=${value}`),
        out: options.out,
      };
      const deed = { action: 'simulate', subject, reason: options.reason } as const;
      await withAudit(signal, deed, async (session) => {
        const { set: changes = [], waveData: data, out, json = false } = options;
        const request = { waveId, changes, data, ...(policy === undefined ? {} : { policy }) };
        const report = await simulate(session, request, out);
        printOutcome(json, report, () => simulatedLines(report, out), otherThanItWas(report));
      });
    });
}

/** `key=value`, after those that were given before it. */
function change(text: string, before: readonly PolicyChange[] = []): readonly PolicyChange[] {
  const at = text.indexOf('=');
  if (at > 0) return [...before, { key: text.slice(0, at), value: text.slice(at + 1) }];
  throw new InvalidArgumentError('expected a key of the policy and its value, for example quota=800000.');
}

/** A wave that does not come out as it did, although nothing was changed. */
function otherThanItWas({ wave, replay }: SimulationReport): GelombangError | undefined {
  if (!replay.nothing_changed || replay.identical) return undefined;
  const lines = counted(replay.lines_differing, 'line');
  return new GelombangError('UNEXPECTED', `wave ${wave} does not come out as it did: ${lines} differ`, {
    concerns: { wave },
    faults: replay.differing.map(({ registration_no, file }) => ({
      where: registration_no,
      what: `another line in ${file}`,
    })),
    next: 'Something that it was decided by was changed in the database. Verify an export that was kept: gelombang verify DIR',
  });
}
