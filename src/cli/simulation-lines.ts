/** What a simulation found out, in words and tables. */
import type { UsedRegistry } from '../simulate/registry.ts';
import type { BeforeAfter, SimulationReport } from '../simulate/report.ts';
import { amount, counted } from './words.ts';

/** @param out The file that the applications which change sides are in. */
export function simulatedLines(report: SimulationReport, out: string | undefined): string[] {
  const { wave, seed, applications, pool_root, replay } = report;
  return [
    `Wave ${wave} was played again, ${counted(applications, 'application')}; nothing of it is stored.`,
    `seed    ${seed}: that of the wave`,
    ...dataLines(report),
    ...policyLines(report),
    '',
    ...comparedTable(
      'outcome',
      report.outcomes.map(({ outcome, ...counts }) => [outcome, counts]),
    ),
    ...transitionLines(report),
    ...changedTable(
      'reason',
      report.reasons.map(({ reason, ...counts }) => [reason, counts]),
    ),
    ...changedTable(
      'province',
      report.provinces.map(({ province, ...counts }) => [province, counts]),
      ', accepted',
    ),
    ...changedTable(
      'tier',
      report.tiers.map(({ tier, accepted }) => [String(tier), accepted]),
      ', accepted',
    ),
    ...changedTable(
      'tier',
      report.tiers.map(({ tier, candidates }) => [String(tier), candidates]),
      ', candidates',
    ),
    '',
    ...(replay.nothing_changed ? replayLines(report) : [sidesLine(report, out)]),
    ...unansweredLines(report),
    ...(pool_root.before === pool_root.after || replay.nothing_changed
      ? []
      : [
          'A wave closed so would have another pool root, and with it another seed: who is drawn would differ, the number of each outcome would not.',
        ]),
  ];
}

function dataLines({ wave_data, held_against: { registry, lists } }: SimulationReport): string[] {
  const others = [registry, ...lists].filter(({ as_closed }) => !as_closed);
  if (wave_data === 'frozen' && others.length === 0) return ['data    as the wave was closed with'];
  const said = [
    ...registryLines(registry),
    ...lists.map(
      (list) => `list ${list.name}: ${list.file} of ${list.imported_at.slice(0, 10)}${asClosed(list)}`,
    ),
  ];
  return [
    wave_data === 'frozen'
      ? 'data    as the wave was closed with, but for lists that it had none of'
      : 'data    the newest',
    ...said.map((line) => `        ${line}`),
  ];
}

function registryLines(registry: UsedRegistry): string[] {
  switch (registry.source) {
    case 'snapshot':
      return [`registry as of ${registry.as_of}${asClosed(registry)}`];
    case 'exchange': {
      const { answers } = registry;
      const known = answers === null ? 'none' : `those known with ${answers.file}, as of ${answers.as_of}`;
      return [`registry by its answers in files: ${known}${asClosed(registry)}`];
    }
    case 'dukcapil': {
      const { snapshot, last_answer: last } = registry;
      return [
        `registry by its web service: answers up to number ${amount(last)}${asClosed(registry)}`,
        ...(snapshot === null
          ? []
          : [`households of past recipients: registry as of ${snapshot.as_of}${asClosed(snapshot)}`]),
      ];
    }
  }
}

function asClosed({ as_closed }: { readonly as_closed: boolean }): string {
  return as_closed ? ', as the wave was closed with' : '';
}

function policyLines({ policy: { name, changes } }: SimulationReport): string[] {
  if (changes.length === 0) return [`policy  ${name}: that of the wave`];
  return [
    `policy  ${name}, other than that of the wave in`,
    ...changes.map(({ key, before, after }) => `        ${key}: ${shown(before)} → ${shown(after)}`),
  ];
}

function shown(value: unknown): string {
  return value === null ? 'nothing' : JSON.stringify(value);
}

type Row = readonly [name: string, counts: BeforeAfter];

function comparedTable(name: string, rows: readonly Row[]): string[] {
  return aligned([
    [name, 'before', 'after', 'change'],
    ...rows.map(([what, { before, after }]) => [what, amount(before), amount(after), change(before, after)]),
  ]);
}

/** Only what changes. */
function changedTable(name: string, rows: readonly Row[], of = ''): string[] {
  const changed = rows.filter(([, { before, after }]) => before !== after);
  return changed.length === 0 ? [] : ['', ...comparedTable(`${name}${of}`, changed)];
}

function change(before: number, after: number): string {
  if (before === after) return '';
  return after > before ? `+${amount(after - before)}` : `−${amount(before - after)}`;
}

function transitionLines({ transitions }: SimulationReport): string[] {
  const changed = transitions.filter(({ from, to }) => from !== to);
  if (changed.length === 0) return [];
  const rows = changed.map(({ from, to, applications }) => [`${from} → ${to}`, amount(applications)]);
  return ['', ...aligned([['from → to', 'applications'], ...rows])];
}

function replayLines({ outcomes, replay, pool_root }: SimulationReport): string[] {
  if (!replay.identical) return ['Nothing was changed, and the wave does not come out as it did.'];
  const count = outcomes.reduce((sum, { after }) => sum + after, 0);
  return [
    `Nothing was changed, and the wave came out exactly as it did, to the byte: ${counted(count, 'line')} of results, and the pool.`,
    `results    ${replay.results_sha256.after}: SHA-256 of the lines with whole NIKs`,
    `pool root  ${pool_root.after}`,
  ];
}

function sidesLine({ changed_sides: changed }: SimulationReport, out: string | undefined): string {
  const said = `${counted(changed, 'application changes sides', 'applications change sides')}`;
  if (out !== undefined) return `${said}: they are in ${out}.`;
  return changed === 0 ? `${said}.` : `${said}. With --out FILE they are written.`;
}

/** Of whom nobody knows what would have become. */
function unansweredLines({ outcomes }: SimulationReport): string[] {
  const { before = 0, after = 0 } = outcomes.find(({ outcome }) => outcome === 'UNVERIFIED') ?? {};
  if (after <= before) return [];
  const more = counted(after - before, 'application has', 'applications have');
  return [`${more} no answer of the registry to what is asked here: what became of them is not known.`];
}

/** The first column to the left, the others to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
