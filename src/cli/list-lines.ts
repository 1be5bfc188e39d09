/** What there is to say of lists and their versions, in lines. */
import type { ListOfWave, ListState, ListVersion } from '../wave/lists.ts';
import { decideCommands } from '../wave/lists-commands.ts';
import type { WaveStatus } from '../wave/status.ts';
import { amount, counted, moment, nextLine } from './words.ts';

const STATES: Readonly<Record<ListState, string>> = {
  in_force: 'in force',
  superseded: 'superseded',
  held: 'HELD',
  discarded: 'discarded',
};

/** @param versions By name, the newest first. */
export function versionLines(versions: readonly ListVersion[]): string[] {
  if (versions.length === 0) return ['No list has been imported.', '', `Next: ${IMPORT}`];
  const names = [...new Set(versions.map(({ name }) => name))];
  const ofNames = names.flatMap((name) => {
    const own = versions.filter((version) => version.name === name);
    return [`List ${name}`, ...own.flatMap(linesOf), ''];
  });
  const held = versions.filter(({ state }) => state === 'held');
  if (held.length === 0) return ofNames.slice(0, -1);
  const commands = held.map(({ version }) => decideCommands(version)).join('\n');
  return [...ofNames, nextLine(commands, 'when you have looked at what is held')];
}

const IMPORT = 'gelombang import list FILE --name NAME --kind deny';

function linesOf(version: ListVersion): string[] {
  const { kind, entries, source, date, rows, file, sha256, waves, state } = version;
  const from = `${source}${date === null ? '' : `, of ${date}`}`;
  const details = [
    `${file}: ${counted(rows, 'row')} taken, SHA-256 ${sha256}`,
    `imported ${moment(version.imported_at)} by ${version.imported_by}`,
    ...(version.held_for === null ? [] : [`held for: ${version.held_for}`]),
    ...(version.decided_at === null
      ? []
      : [`${version.decision} ${moment(version.decided_at)} by ${version.decided_by}`]),
    ...(waves.length === 0 ? [] : [`held against it: ${waves.map((wave) => `wave ${wave}`).join(', ')}`]),
  ];
  const head = `${STATES[state].padEnd(10)}  ${kind}, ${counted(entries, 'entry', 'entries')}, from ${from}`;
  return [
    `  ${String(version.version).padStart(4)}  ${head}`,
    ...details.map((detail) => `${' '.repeat(20)}${detail}`),
  ];
}

/** Of the lists that the policy of a wave names. */
export function listLines({ lists, state }: WaveStatus): string[] {
  if (lists.length === 0) return [];
  const width = Math.max(...lists.map(({ name }) => name.length));
  const against =
    state === 'open' ? 'Lists, if the wave were closed now' : 'Lists that the wave was held against';
  return [
    '',
    against,
    ...lists.map((list) => `  ${list.name.padEnd(width)}  ${versionOf(list)}`),
    ...lists.flatMap(({ name, held }) =>
      held === null ? [] : [`  ! ${name}: version ${held.version} is held: ${held.held_for}`],
    ),
  ];
}

function versionOf({ version, entries, source, date }: ListOfWave): string {
  if (version === null) return 'none in force';
  const from = `${source}${date === null ? '' : `, of ${date}`}`;
  return `version ${version}, ${amount(entries ?? 0)} ${entries === 1 ? 'entry' : 'entries'}, from ${from}`;
}
