/** Both verifiers find every way of tampering with an export, and where. */
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { temporaryFolder } from '../support/installation.ts';
import { byPython, byTypeScript, type Finding, hasPython, withPython } from './both.ts';
import { exportOf, FULL, writeExport } from './export-builder.ts';
import { BEACON, TAMPERINGS, type Tampering } from './tamperings.ts';

describe('tampering', () => {
  let found: ReadonlyMap<string, { readonly typeScript: Finding; readonly python: Finding | undefined }>;
  beforeAll(async () => {
    const base = await temporaryFolder();
    const folders = TAMPERINGS.map((_, place) => join(base, String(place)));
    for (const [place, tampering] of TAMPERINGS.entries()) await tamper(tampering, folders[place] ?? '');
    const python = hasPython ? byPython(folders) : new Map<string, Finding>();
    const findings = TAMPERINGS.map(async ({ name }, place) => {
      const folder = folders[place] ?? '';
      return [name, { typeScript: await byTypeScript(folder), python: python.get(folder) }] as const;
    });
    found = new Map(await Promise.all(findings));
  });

  test('is tried in ways that have names of their own', () => {
    expect(found.size).toBe(TAMPERINGS.length);
  });

  test.each(TAMPERINGS)('$name: found by verify', ({ name, where }) => {
    const finding = found.get(name)?.typeScript;
    expect(finding?.faults).toBeGreaterThan(0);
    expect(finding?.said).toContainEqual(expect.stringMatching(where));
  });

  test.skipIf(!hasPython).each(TAMPERINGS)(`$name: found by ${withPython}`, ({ name, where }) => {
    const finding = found.get(name)?.python;
    expect(finding?.faults).toBeGreaterThan(0);
    expect(finding?.said).toContainEqual(expect.stringMatching(where));
  });
});

describe('a signature that is not the chain’s own', () => {
  const FORGED = `a${'0'.repeat(95)}`;
  let folder: string;
  beforeAll(async () => {
    folder = join(await temporaryFolder(), 'forged');
    await writeExport(folder, exportOf({ ...FULL, ...BEACON, signature: FORGED }));
  });

  test('is found by verify', async () => {
    const { said } = await byTypeScript(folder);
    expect(said).toEqual([
      expect.stringMatching(/^draw\.json:\d+: signature is not the chain's own of round 1000$/),
    ]);
  });

  test.skipIf(!hasPython)(`is not looked for by ${withPython}, which says so`, () => {
    const { faults, remarks } = byPython([folder]).get(folder) ?? {};
    expect(faults).toBe(0);
    expect(remarks).toContainEqual(expect.stringContaining('BLS signature is NOT checked'));
  });
});

async function tamper({ plan, change, afterwards }: Tampering, folder: string): Promise<void> {
  const wave = exportOf({ ...FULL, ...plan });
  change?.(wave);
  await writeExport(folder, wave);
  await afterwards?.(folder);
}
