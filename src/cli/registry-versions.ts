/** The versions of the registry by their commands: shown, and dropped to make room. */
import type { Command } from 'commander';
import { GelombangError } from '../errors.ts';
import type { DropChoice, Dropping, RegistryState, RegistryVersion } from '../wave/registry-versions.ts';
import { date, registryVersions } from './arguments.ts';
import { takesReason, type WithReason, withAudit } from './auditing.ts';
import { printResult } from './output.ts';
import { withSession } from './session.ts';
import { counted, moment, size } from './words.ts';

export function addRegistryVersions(registry: Command, signal: AbortSignal): void {
  registry
    .command('versions')
    .summary('all snapshots and answers: of which day, in force or not, for which waves')
    .description(
      'Shows all snapshots of the registry and all files of answers, the newest first: what came in, as of which day, whether ' +
        'it is in force, which waves are held against it, and what was dropped by whom.',
    )
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang registry versions')
    .action(async (options: { json?: boolean }) => {
      const { readRegistryVersions } = await import('../wave/registry-versions.ts');
      await withSession(signal, async ({ database }) => {
        const versions = await readRegistryVersions(database.sql);
        printResult(options.json === true, { versions }, () => versionLines(versions));
      });
    });
}

interface DropOptions extends WithReason {
  readonly olderThan?: string;
  readonly json?: boolean;
}

export function addRegistryDrop(registry: Command, signal: AbortSignal): void {
  takesReason(registry.command('drop'))
    .summary('take the people of old versions away, to make room')
    .description(
      'Takes the people of versions of the registry away: all that are named, or none. The newest snapshot and whatever a wave ' +
        'under way is held against stay. It is not taken back; that the version was there, and who dropped it, stays on record.',
    )
    .argument('[version...]', 'numbers of the versions, as registry versions shows them', registryVersions)
    .option('--older-than <date>', 'all that are as of an earlier day, without those that are needed', date)
    .option('--json', 'one JSON document on stdout')
    .addHelpText('after', '\nExample:\n  $ gelombang registry drop 1 2')
    .action(async (versions: readonly number[] = [], options: DropOptions) => {
      const choice = choiceOf(versions, options);
      const { dropRegistryVersions } = await import('../wave/registry-versions.ts');
      const deed = { action: 'registry.drop', subject: { ...choice }, reason: options.reason } as const;
      await withAudit(signal, deed, async ({ config, database, log }, tell) => {
        const dropping = await dropRegistryVersions(database, choice, config.operator, log);
        tell({ dropped: dropping.dropped.map(({ version }) => version) });
        printResult(options.json === true, dropping, () => droppingLines(dropping));
      });
    });
}

/** @throws GelombangError USAGE where neither or both are given. */
function choiceOf(versions: readonly number[], { olderThan }: DropOptions): DropChoice {
  if (versions.length > 0 && olderThan === undefined) return { versions };
  if (versions.length === 0 && olderThan !== undefined) return { olderThan };
  const what =
    versions.length === 0 ? 'nothing says what is to be dropped' : 'versions are named, and a day too';
  throw new GelombangError('USAGE', `${what}: expected the numbers of versions, or --older-than`, {
    next: 'See: gelombang registry drop --help',
  });
}

const STATES: Readonly<Record<RegistryState, string>> = {
  in_force: 'in force',
  superseded: 'superseded',
  kept: 'kept',
  dropped: 'dropped',
};

function versionLines(versions: readonly RegistryVersion[]): string[] {
  if (versions.length === 0)
    return [
      'No snapshot and no answers of the registry have come in.',
      '',
      'Next: gelombang import registry FILE',
    ];
  const kinds = [
    ['Snapshots', 'whole'],
    ['Answers', 'answers'],
  ] as const;
  const lines = kinds.flatMap(([heading, kind]) => {
    const own = versions.filter((version) => version.kind === kind);
    return own.length === 0 ? [] : [heading, ...own.flatMap(linesOf), ''];
  });
  return lines.slice(0, -1);
}

function linesOf(version: RegistryVersion): string[] {
  const { kind, state, as_of, people, file, sha256, waves, dropped_at, dropped_by } = version;
  const what = kind === 'whole' ? counted(people, 'person', 'people') : counted(people, 'answer');
  const details = [
    `${file}: SHA-256 ${sha256}`,
    `imported ${moment(version.imported_at)}`,
    ...(waves.length === 0 ? [] : [`held against it: ${waves.map((wave) => `wave ${wave}`).join(', ')}`]),
    ...(dropped_at === null ? [] : [`dropped ${moment(dropped_at)} by ${dropped_by}`]),
  ];
  return [
    `  ${String(version.version).padStart(4)}  ${STATES[state].padEnd(10)}  ${what} as of ${as_of}`,
    ...details.map((detail) => `${' '.repeat(20)}${detail}`),
  ];
}

function droppingLines({ dropped, kept }: Dropping): string[] {
  const lines = dropped.map(({ version, file, as_of, people, blocks, bytes }) => {
    const room = `${counted(people, 'NIK')} in ${counted(blocks, 'block')}, ${size(bytes)}`;
    return `Version ${version} is dropped (${file}, as of ${as_of}): ${room}.`;
  });
  return [
    ...(lines.length === 0 ? ['Nothing was dropped.'] : lines),
    ...kept.map(({ version, why }) => `Version ${version} stays: ${why}.`),
    '',
    'Next: gelombang registry versions',
  ];
}
