/** The versions of lists: shown, and decided on where they are held. */
import type { Command } from 'commander';
import type { ListDecision, ListVersion } from '../wave/lists.ts';
import { listName, listVersion } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { versionLines } from './list-lines.ts';
import { printResult } from './output.ts';
import { withSession } from './session.ts';

interface Options extends WithReason {
  readonly json?: boolean;
}

export function addLists(program: Command, signal: AbortSignal): void {
  const list = program
    .command('list')
    .summary('show the versions of lists, decide on those that are held')
    .description('Shows what has come in of each list, and decides on versions that are held.')
    .addHelpText('after', '\nExample:\n  $ gelombang list versions asn');
  addVersions(list, signal);
  addRelease(list, signal);
  addDiscard(list, signal);
}

function addVersions(list: Command, signal: AbortSignal): void {
  list
    .command('versions')
    .summary('all versions of lists: from whom, in force or not, for which waves')
    .description(
      'Shows all versions of a list, or of all lists, the newest first: what came in and by whom, whether it is in ' +
        'force, held, released or discarded and by whom, and which waves were held against it.',
    )
    .argument('[name]', 'name of the list; all if not given', listName)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang list versions asn')
    .action(async (name: string | undefined, options: Options) => {
      const { readListVersions, unknownList } = await import('../wave/lists.ts');
      await withSession(signal, async ({ database }) => {
        const versions = await readListVersions(database.sql, name);
        if (name !== undefined && versions.length === 0) throw unknownList(name);
        printResult(options.json === true, { versions }, () => versionLines(versions));
      });
    });
}

function addRelease(list: Command, signal: AbortSignal): void {
  takesReason(list.command('release'))
    .summary('let a version that is held come into force')
    .description(
      'Says that a version that is held is as it should be. If it is the newest of its list, waves that close after ' +
        'this are held against it. It is written down who said so, and is not taken back.',
    )
    .argument('<version>', 'number of the version', listVersion)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang list release 4')
    .action((version: number, options: Options) => decide(version, 'released', options, signal));
}

function addDiscard(list: Command, signal: AbortSignal): void {
  takesReason(list.command('discard'))
    .summary('throw a version out that is held')
    .description(
      'Says that a version that is held is not to be used: the one before stays in force. It stays on record, with who ' +
        'said so, and that is not taken back; the same file can be imported again.',
    )
    .argument('<version>', 'number of the version', listVersion)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang list discard 4')
    .action((version: number, options: Options) => decide(version, 'discarded', options, signal));
}

async function decide(
  version: number,
  decision: ListDecision,
  options: Options,
  signal: AbortSignal,
): Promise<void> {
  const { decideOnList, readListVersions } = await import('../wave/lists.ts');
  const subject = { version };
  const action = decision === 'released' ? 'list.release' : 'list.discard';
  const deed = { action, subject, reason: options.reason, matter: { action, subject } } as const;
  await withAudit(signal, deed, async ({ config, database, log }, tell) => {
    const verdict = { version, decision, operator: config.operator };
    const decided = await decideOnList(database, verdict, log);
    const versions = await readListVersions(database.sql, decided.name);
    tell({ list: decided.name, sha256: decided.sha256 });
    printResult(options.json === true, decided, () => decidedLines(decided, versions));
  });
}

function decidedLines(
  { version, name, decision, state }: ListVersion,
  all: readonly ListVersion[],
): string[] {
  const inForce = all.find((each) => each.state === 'in_force');
  const held = all.filter((each) => each.state === 'held' && each.version > (inForce?.version ?? 0));
  const now =
    inForce === undefined ? 'No version of it is in force' : `Version ${inForce.version} is in force`;
  return [
    `Version ${version} of list ${name} is ${decision}.`,
    ...(state === 'in_force' ? ['Waves that close from now on are held against it.'] : [`${now}.`]),
    ...held.map((each) => `Version ${each.version} is held still: ${each.held_for}.`),
    '',
    `Next: gelombang list versions ${name}`,
  ];
}
