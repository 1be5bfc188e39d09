/** On what and with what was measured. */
import { execFile } from 'node:child_process';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import { size } from '../src/cli/words.ts';
import { projectRoot } from '../src/project-root.ts';
import type { BenchDocument, Machine } from './document.ts';

export function thisMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${type()} ${release()}`,
  };
}

/** The commit that is checked out, with a plus sign where files differ from it; unknown outside of a checkout. */
export async function checkedOutCommit(): Promise<string> {
  const git = async (...args: readonly string[]) =>
    (await promisify(execFile)('git', args, { cwd: projectRoot() })).stdout.trim();
  try {
    const changed = await git('status', '--porcelain', '--untracked-files=no');
    return `${await git('rev-parse', '--short', 'HEAD')}${changed === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}

export function machineLines({ taken_at, machine, versions }: BenchDocument): string[] {
  const { cpu, cores, memory, system } = machine;
  const { node, postgresql, duckdb, queue, commit } = versions;
  const named = [
    ['Node', node],
    ['PostgreSQL', postgresql],
    ['DuckDB', duckdb],
    ['queue in', queue],
    ['commit', commit],
  ];
  return [
    `${cores} cores of ${cpu}, ${size(memory)} of memory, ${system}`,
    `${named.flatMap(([name, version]) => (version === null ? [] : [`${name} ${version}`])).join(', ')}`,
    `Taken at ${taken_at}`,
  ];
}
