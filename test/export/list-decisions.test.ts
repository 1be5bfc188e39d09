/** What an export says of a held version of a list is of its own wave: others that were open then have published nothing yet. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../../src/project-root.ts';
import { readListVersions } from '../../src/wave/lists.ts';
import { installation } from '../support/installation.ts';
import { plainDigits, readRows } from '../support/oracle-rows.ts';
import { close, exported, importApplicants, importReferences, open, waveFrom } from '../support/wave.ts';

test('a version that was held for several open waves has the figures of its own in what is published of one', async () => {
  const at = await installation();
  const folder = join(projectRoot(), 'fixtures', 'small-wave', 'in');
  for (const wave of [17, 18, 19]) {
    const input = await waveFrom(folder, wave);
    await open(at, input);
    for (const { name, text } of input.applicants)
      await importApplicants(at, wave, { name: `${wave}-${name}`, text });
  }
  const { applicants, ...rest } = await waveFrom(folder);
  const niks = readRows(applicants[0]?.text ?? '').map(({ nik = '' }) => plainDigits(nik));
  const brought = { ...rest.lists, dtks: `nik\n${niks.slice(0, 12).join('\n')}\n` };
  await importReferences(at, { ...rest, applicants, lists: brought });
  const said = (wave: number) =>
    expect.stringMatching(new RegExp(`% of the \\d+ applications of wave ${wave} `));
  const [held] = await readListVersions(at.database.sql, 'dtks');
  for (const wave of [17, 18, 19]) expect(held?.held_for).toEqual(said(wave));

  await close(at, 17);
  const draw = await readFile(join((await exported(at, 17)).folder, 'draw.json'), 'utf8');
  const { lists } = JSON.parse(draw) as { lists: { name: string; decisions: { held_for: string }[] }[] };
  const [decision] = lists.find(({ name }) => name === 'dtks')?.decisions ?? [];
  expect(decision?.held_for).toEqual(said(17));
  expect(decision?.held_for).toMatch(
    /^[^;]+; too many applications of another wave are on it \(more than 5 %\)$/,
  );
  expect(draw).not.toMatch(/wave 1[89]/);
});
