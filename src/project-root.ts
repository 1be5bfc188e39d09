/** Where the installed project is: its package, migrations, fixtures and compiled files. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GelombangError } from './errors.ts';

/** The folder of the installed project, found from where this file runs, compiled or not. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder)
      throw new GelombangError('UNEXPECTED', 'package.json of the project was not found');
    folder = parent;
  }
  return folder;
}
