/** The wave that was checked by eye: its files in, the files beside them out. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../src/project-root.ts';
import { verifyExport } from '../src/verify/verify.ts';
import { BACKENDS, installation } from './support/installation.ts';
import type { OracleAnswer } from './support/oracle.ts';
import { runWave, waveFrom } from './support/wave.ts';

const SMALL_WAVE = join(projectRoot(), 'fixtures', 'small-wave');

for (const { backend, redisUrl, missing } of BACKENDS) {
  describe.skipIf(missing)(`the small wave, with the queue on ${backend}`, () => {
    let answer: OracleAnswer & { folder: string };

    beforeAll(async () => {
      answer = await runWave(await installation(redisUrl), await waveFrom(join(SMALL_WAVE, 'in')));
    });

    test.each(['results', 'accepted', 'pool', 'rejects', 'funnel'] as const)(
      'gives %s.csv to the byte',
      async (name) => {
        expect(answer[name]).toBe(await readFile(join(SMALL_WAVE, 'expected', `${name}.csv`), 'utf8'));
      },
    );

    test('gives the pool root and the seed of its page', async () => {
      const page = await readFile(join(SMALL_WAVE, 'README.md'), 'utf8');
      expect(page).toContain(`pool root: \`${answer.pool_root}\``);
      expect(page).toContain(`seed: \`${answer.seed}\``);
    });

    test('gives files that prove each other', async () => {
      expect(await verifyExport(answer.folder, () => {})).toMatchObject({
        wave: 17,
        faults: [],
        faultCount: 0,
      });
    });
  });
}
