/** One file operation fails: of the close, which writes notices, of an import, of an export. */
import { join } from 'node:path';
import { WAVE } from '../base.ts';
import { CLOSE, closeUntilThrough } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { fileFaults } from '../preload.ts';
import { foldersOf } from '../rig.ts';
import { importAll } from './importing.ts';

const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'] as const;

export const file: Kind = {
  name: 'file',
  about: 'the k-th file operation of a close, an import or an export fails',
  usual: 16,
  stand: (chance) => ({ from: chance.hits(4000) ? 'opened' : 'imported' }),
  turns: ({ fileOperations }) => Math.max(...Object.values(fileOperations)),
  run: failFile,
};

async function failFile(one: Case): Promise<void> {
  const { chance, rig } = one;
  const { fileOperations } = one.reference;
  const [first = ''] = rig.base.applicants;
  const isOpened = rig.stand.from === 'opened';
  if (isOpened) {
    await failing(one, ['import', 'applicants', first, '--wave', String(WAVE)], fileOperations.import);
    await importAll(rig);
  }
  if (chance.hits(6000)) await failing(one, CLOSE, fileOperations.close);
  await closeUntilThrough(rig);
  await failing(one, ['export', String(WAVE), '--out', join(rig.folder, 'export')], fileOperations.export);
}

async function failing(one: Case, args: readonly string[], operations: number): Promise<void> {
  const { chance, rig } = one;
  const plan = { below: foldersOf(rig), at: one.turn(operations) };
  const tally = join(rig.folder, '..', `tally-${process.pid}-${chance.below(2 ** 31)}`);
  rig.cleanup.add(() => import('node:fs/promises').then(({ rm }) => rm(tally, { force: true })));
  const code = chance.of(CODES);
  const ended = await rig.run(args, fileFaults({ ...plan, code, tally }));
  const met = /^chaos: .*/m.exec(ended.stderr)?.[0];
  if (met !== undefined) rig.broke(`${args.join(' ')}: ${met} (operation ${plan.at})`);
}
