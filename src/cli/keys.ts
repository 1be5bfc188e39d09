/** The keys with which what is kept of people is sealed: shown, and replaced. */
import type { Command } from 'commander';
import type { MasterSource } from '../keys/master.ts';
import type { KeyStatus, Rotation } from '../keys/rotation.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printOutcome, printResult } from './output.ts';
import { masterSourceOf, withSession } from './session.ts';
import { moment, nextLine } from './words.ts';

interface Options {
  readonly json?: boolean;
}

export function addKeys(program: Command, signal: AbortSignal): void {
  const keys = program
    .command('keys')
    .summary('show the keys of what is kept of people, replace them')
    .description('Shows and replaces the keys with which what is kept of people is sealed.')
    .addHelpText('after', '\nExample:\n  $ gelombang keys status');
  addStatus(keys, signal);
  addRotate(keys, signal);
}

function addStatus(keys: Command, signal: AbortSignal): void {
  keys
    .command('status')
    .summary('which keys there are, and whether the master key is here')
    .description(
      'Shows by their ids which master key this database is sealed with, where it is expected on this machine and whether ' +
        'it is there, and the data keys that are sealed with it. No key is shown.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang keys status')
    .action(async (options: Options) => {
      const { keyStatus } = await import('../keys/rotation.ts');
      const { notHere } = await import('../keys/not-here.ts');
      await withSession(signal, async ({ config, database }) => {
        const source = await masterSourceOf(config, database);
        const status = await keyStatus(database, source);
        const { master, here } = status;
        const missing = master === null || here ? undefined : await notHere(master, source);
        printOutcome(options.json === true, status, () => statusLines(status), missing);
      });
    });
}

function addRotate(keys: Command, signal: AbortSignal): void {
  takesReason(keys.command('rotate'))
    .summary('replace the master key, and the key of what is kept from now on')
    .description(
      'Makes a new master key in the key file (or takes the one of GELOMBANG_NEXT_KEY, where GELOMBANG_KEY is set), seals all ' +
        'data keys with it, and makes a new data key for what is kept from now on. What is kept already stays as it is: somebody ' +
        'who had the old master key and a dump of the database can still read that, in later dumps too. If it is cut off, the ' +
        'next one goes on with it. Other machines need the new key file before their next command.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang keys rotate')
    .action(async (options: Options & WithReason) => {
      const { rotateKeys } = await import('../keys/rotation.ts');
      const deed = { action: 'keys.rotate', subject: {}, reason: options.reason } as const;
      await withAudit(signal, deed, async ({ config, database, log }, tell) => {
        const masterKey = await masterSourceOf(config, database);
        const rotation = await rotateKeys(database, masterKey, log);
        tell({ from: rotation.from, to: rotation.to });
        const { readWorkers } = await import('../wave/workers.ts');
        const about = (await readWorkers(database.sql)).filter(({ health }) => health !== 'gone');
        printResult(options.json === true, rotation, () => [
          ...rotatedLines(rotation, masterKey),
          ...about.map(({ host, pid }) => `  a worker is about that needs it: ${host}, process ${pid}`),
        ]);
      });
    });
}

function statusLines({
  master,
  expected_in: where,
  here,
  rotation_under_way: underWay,
  data_keys,
}: KeyStatus): string[] {
  if (master === null) return ['There are no keys yet: the first command that keeps something makes them.'];
  return [
    `Master key ${master} is ${here ? `here, in ${where}` : `not here: it is expected in ${where}`}.`,
    ...data_keys.map(
      ({ id, purpose, made_at }) => `  data key ${id}  ${purpose.padEnd(8)}  ${moment(made_at)}`,
    ),
    ...(underWay ? ['', nextLine('gelombang keys rotate', 'since a rotation is under way')] : []),
  ];
}

function rotatedLines({ from, to, data_key }: Rotation, source: MasterSource): string[] {
  const next =
    source.kind === 'given'
      ? 'Next: set GELOMBANG_KEY to the value of GELOMBANG_NEXT_KEY wherever it is set, and unset GELOMBANG_NEXT_KEY.'
      : `Next: back ${source.path} up, and copy it to the other machines.`;
  const old =
    source.kind === 'given'
      ? []
      : [
          `The old key is in ${source.path}.${from}, for backups of before: destroy it when none is to be read any more.`,
        ];
  return [
    `Master key ${from} is replaced by ${to}.`,
    ...(data_key === null ? [] : [`What is kept from now on is sealed with data key ${data_key}.`]),
    ...old,
    '',
    next,
  ];
}
