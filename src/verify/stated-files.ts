import { join } from 'node:path';
import { type Measured, measure, problemOf, type Report, TABLES } from './files.ts';
import type { Findings } from './findings.ts';
import { isObject } from './forms.ts';
import { readJson, type Statement } from './statement.ts';

/** What an export calls its files: nothing that leads out of the folder. */
const FILE_NAME = /^[a-z0-9][a-z0-9_.-]*$/;

/**
 * Every file that draw.json names has the bytes and the hash stated there, and every CSV of them those stated in
 * datapackage.json. Gives the tables of the export as they are.
 */
export async function verifyFiles(
  dir: string,
  { files, where }: Statement,
  findings: Findings,
  report: Report,
): Promise<ReadonlyMap<string, Measured>> {
  const described = await describedFiles(dir, findings);
  const names = new Set([...TABLES, ...Object.keys(files), ...described.stated.keys()]);
  const measured = new Map<string, Measured>();
  for (const name of names) {
    const found = FILE_NAME.test(name) ? await foundOf(dir, name, report) : 'is no name of a file';
    if (typeof found === 'string') {
      findings.fault(where(name), `${name} ${found}, expected a file of the export`);
      continue;
    }
    measured.set(name, found);
    const stated = Object.hasOwn(files, name) ? files[name] : {};
    compareFile(name, isObject(stated) ? stated : {}, found, where(name), findings);
    if (name.endsWith('.csv') || described.stated.has(name)) {
      compareFile(name, described.stated.get(name) ?? {}, found, described.where(name), findings);
    }
  }
  const review = names.has('review.json') ? ' (review.json: bytes and hash only)' : '';
  findings.close('files', `bytes and SHA-256 of ${[...names].join(', ')}${review}`);
  return measured;
}

/** The resources of datapackage.json by their paths. */
async function describedFiles(dir: string, findings: Findings) {
  const { object, where } = await readJson(dir, 'datapackage.json');
  const stated = new Map<string, Record<string, unknown>>();
  const resources = Array.isArray(object.resources) ? object.resources : [];
  for (const resource of resources) {
    if (!isObject(resource) || typeof resource.path !== 'string') {
      findings.fault(where('resources'), 'a resource has no path, expected the name of a file');
      continue;
    }
    const { path, bytes, hash } = resource;
    stated.set(path, { bytes, sha256: typeof hash === 'string' ? hash.replace(/^sha256:/, '') : undefined });
  }
  return { stated, where };
}

/** The file as it is, or what keeps it from being read. */
async function foundOf(dir: string, name: string, report: Report): Promise<Measured | string> {
  return (await problemOf(join(dir, name))) ?? (await measure(dir, name, report));
}

function compareFile(
  name: string,
  stated: Record<string, unknown>,
  found: Measured,
  where: string,
  findings: Findings,
): void {
  findings.same(where, `bytes of ${name}`, stated.bytes, found.bytes);
  findings.same(where, `sha256 of ${name}`, stated.sha256, found.sha256);
}
