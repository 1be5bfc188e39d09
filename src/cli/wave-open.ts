import type { Command } from 'commander';
import type { OpenedWave } from '../wave/open.ts';
import { ENTROPY_SOURCES, type EntropySource } from '../wave/record.ts';
import { entropySource, margin, quota, time, waveNumber } from './arguments.ts';
import { withAudit } from './auditing.ts';
import { printResult } from './output.ts';
import { readPolicyFile } from './policy-file.ts';
import { counted, moment } from './words.ts';

interface Options {
  readonly policy: string;
  readonly quota?: number;
  readonly closesAt?: string;
  readonly entropySource?: EntropySource;
  readonly margin?: number;
  readonly json?: boolean;
}

export function addWaveOpen(wave: Command, signal: AbortSignal): void {
  wave
    .command('open')
    .summary('open a wave under a policy, which is frozen with it')
    .description(
      'Opens a wave: its policy is frozen, and it is said where the entropy of its draw will come from. From drand:quicknet, ' +
        'a public beacon, it is the round that comes some minutes after the closing time: nobody can know it before. A secret, ' +
        'the weaker kind, is made now and known to whoever can read the database; only its SHA-256 is shown. Publish what ' +
        'is shown, so that everyone can see later that nothing was chosen afterwards.',
    )
    .argument('<wave>', 'number of the wave', waveNumber)
    .requiredOption('--policy <file>', 'policy of the wave (YAML)')
    .option('--quota <seats>', "seats, in place of the policy's", quota)
    .option('--closes-at <time>', 'when it is planned to close, ISO 8601 with offset', time)
    .option(
      '--entropy-source <source>',
      `${ENTROPY_SOURCES.join(' or ')}; secret if not given`,
      entropySource,
    )
    .option('--margin <minutes>', 'from the closing time to the round of the beacon; 60 if not given', margin)
    .option('--json', 'one JSON document on stdout')
    .addHelpText(
      'after',
      '\nExample:\n  $ gelombang wave open 17 --policy prakerja-2021.yaml --closes-at 2021-04-30T12:00:00+07:00',
    )
    .action(async (waveId: number, options: Options) => {
      const { openWave } = await import('../wave/open.ts');
      const policy = await readPolicyFile(options.policy);
      const deed = { action: 'wave.open', subject: { wave: waveId, policy: policy.sha256 } } as const;
      await withAudit(signal, deed, async ({ database, log }, tell) => {
        const { quota, closesAt, entropySource = 'secret', margin } = options;
        const given = { waveId, policy, quota, closesAt, entropySource };
        const request = margin === undefined ? given : { ...given, margin };
        const opened = await openWave(database, request, log);
        const { entropy_commitment, beacon } = opened;
        tell({
          quota: opened.quota,
          entropy_source: entropySource,
          entropy_commitment,
          round: beacon?.round,
        });
        printResult(options.json === true, opened, () => openedLines(opened));
      });
    });
}

function openedLines(opened: OpenedWave): string[] {
  return [
    `Wave ${opened.wave} is open: policy ${opened.policy}, ${counted(opened.quota, 'seat')}.`,
    ...(opened.closes_at === null ? [] : [`to be closed        ${moment(opened.closes_at)}`]),
    `policy sha256       ${opened.policy_sha256}`,
    ...entropyLines(opened),
    '',
    `Next: gelombang import applicants FILE --wave ${opened.wave}`,
  ];
}

function entropyLines({ entropy_commitment: commitment, beacon }: OpenedWave): string[] {
  if (beacon === null)
    return [
      `entropy commitment  ${commitment}`,
      '                    (of a secret, the weaker kind: see --entropy-source)',
    ];
  return [
    `entropy             round ${beacon.round} of drand quicknet, ${moment(beacon.time)}`,
    `                    chain ${beacon.chain_hash}`,
  ];
}
