/** The project's way through a wave, by its own commands. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Ended } from './command.ts';
import type { Command, Import, Stage } from './document.ts';
import type { Installation } from './installation.ts';
import { cpuSecondsBetween } from './processes.ts';
import { note } from './progress.ts';
import type { MeasuredWave } from './waves.ts';

/** After the waves in which the made-up recipients received a place. */
export const WAVE = 17;
/** Notices are created and not sent: a gateway's speed is not the project's. */
const CLOSE_OPTIONS = ['--hold-notices'] as const;

interface ImportDocument {
  readonly rows_read: number;
  readonly rows_taken: number;
  readonly rows_rejected: number;
}

/** Opens the wave and imports what its applications are held against. */
export async function prepareWave(installation: Installation, { files }: MeasuredWave): Promise<Import[]> {
  note('  wave open, import registry, lists, recipients');
  await installation.run('wave', 'open', String(WAVE), '--policy', files.policy);
  const imports = [await importFile(installation, files.registry, 'registry')];
  for (const { name, kind, path } of files.lists)
    imports.push(await importFile(installation, path, 'list', '--name', name, '--kind', kind));
  imports.push(await importFile(installation, files.recipients, 'recipients'));
  return imports.map(({ figures }) => figures);
}

interface Imported {
  readonly figures: Import;
  readonly taken: number;
  readonly ended: Ended;
}

async function importFile(
  installation: Installation,
  path: string,
  kind: string,
  ...options: readonly string[]
): Promise<Imported> {
  const ended = await installation.run('import', kind, path, ...options, '--json');
  const { rows_read, rows_taken, rows_rejected } = JSON.parse(ended.stdout) as ImportDocument;
  const { size } = await stat(path);
  const { milliseconds } = ended;
  return {
    figures: { file: basename(path), bytes: size, rows: rows_read, rows_rejected, milliseconds },
    taken: rows_taken,
    ended,
  };
}

/** Runs a command and puts down what it and the database took. */
async function measured<T>(
  installation: Installation,
  what: string,
  work: () => Promise<T>,
  endedOf: (done: T) => Ended,
) {
  note(`  ${what}`);
  const before = installation.databaseCpuSeconds();
  const done = await work();
  const { milliseconds, peakMemory, cpuSeconds } = endedOf(done);
  const command: Command = {
    milliseconds,
    peak_memory: peakMemory,
    node_cpu_seconds: cpuSeconds,
    database_cpu_seconds: cpuSecondsBetween(before, installation.databaseCpuSeconds()),
  };
  return { done, command };
}

export async function importApplicants(installation: Installation, { files }: MeasuredWave) {
  const { done, command } = await measured(
    installation,
    'import applicants',
    () => importFile(installation, files.applicants, 'applicants', '--wave', String(WAVE)),
    ({ ended }) => ended,
  );
  return { command, applicants: done.figures, applications: done.taken };
}

export async function closeWave(installation: Installation): Promise<Command> {
  const close = () => installation.run('wave', 'close', String(WAVE), ...CLOSE_OPTIONS, '--json');
  return (await measured(installation, 'wave close', close, (ended) => ended)).command;
}

export async function exportWave(installation: Installation, out: string): Promise<Command> {
  const write = () => installation.run('export', String(WAVE), '--out', out, '--json');
  return (await measured(installation, 'export', write, (ended) => ended)).command;
}

export async function stagesOf(installation: Installation): Promise<Stage[]> {
  const { stdout } = await installation.run('wave', 'status', String(WAVE), '--json');
  const { progress } = JSON.parse(stdout) as { progress: { stages: Stage[] } };
  return progress.stages.map(({ stage, milliseconds, counts }) => ({ stage, milliseconds, counts }));
}

/** The draw's seed, as the export published it. */
export async function seedOf(out: string): Promise<string> {
  const { seed } = JSON.parse(await readFile(join(out, 'draw.json'), 'utf8')) as { seed: string };
  return seed;
}
