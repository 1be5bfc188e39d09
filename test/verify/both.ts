/** The two verifiers, `src/verify` and `verify/verify.py`, over the same folders. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { projectRoot } from '../../src/project-root.ts';
import { verifyExport } from '../../src/verify/verify.ts';

const SCRIPT = join(projectRoot(), 'verify', 'verify.py');
const MOST_OUTPUT = 1 << 28;

/** Without it what is asked of verify.py is skipped. */
export const hasPython = spawnSync('python3', ['--version']).status === 0;
export const withPython = hasPython ? 'verify.py' : 'verify.py (skipped: no python3 was found)';

export interface Finding {
  readonly faults: number;
  /** All that was said, line by line. */
  readonly said: readonly string[];
  /** What was said beside faults and checks. */
  readonly remarks: readonly string[];
}

export async function byTypeScript(folder: string): Promise<Finding> {
  const { faults, faultCount } = await verifyExport(folder, () => {});
  return { faults: faultCount, said: faults.map(({ where, what }) => `${where}: ${what}`), remarks: [] };
}

/** In one process: to start Python takes longer than to verify a dozen lines. */
export function byPython(folders: readonly string[]): ReadonlyMap<string, Finding> {
  const { stdout, stderr } = spawnSync('python3', [SCRIPT, ...folders], {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
  });
  if (stderr !== '') throw new Error(stderr);
  const lines = stdout.split('\n');
  return new Map(
    folders.map((folder) => {
      const faults = lines.find((line) => line.startsWith(`${folder}: `) && / faults?$/.test(line));
      const said = lines.filter((line) => line.startsWith(`${folder}/`));
      return [
        folder,
        {
          faults: Number(faults?.split(' ').at(-2)),
          said: said.map((line) => line.slice(folder.length + 1)),
          remarks: lines.filter((line) => !line.startsWith('/')),
        },
      ];
    }),
  );
}
