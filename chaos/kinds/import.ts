/** Imports that are killed, that meet a close, and files that change while they are read. */
import { appendFile, copyFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CLOSE, closeUntilThrough, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { startWith } from '../moments.ts';
import type { Rig } from '../rig.ts';
import { importAll, importArgs, importFile } from './importing.ts';

/** What an import asks of the database, about. */
const STATEMENTS = 24;
const WAYS = ['killed', 'met by a close', 'after the close', 'changed', 'truncated', 'vanished'] as const;
const INPUT_REFUSED = 3;
const CONFLICT = 4;
const LONGEST_HELD = 1_500;

export const imports: Kind = {
  name: 'import',
  about:
    'imports killed, met by a close, after it; files that change, are truncated or vanish while they are read',
  usual: 16,
  stand: () => ({ from: 'opened' }),
  run: async (one) => {
    const way = one.chance.of(WAYS);
    one.rig.did(way);
    if (way === 'killed') await killImports(one);
    else if (way === 'met by a close') await closeDuringImport(one);
    else if (way === 'after the close') await importAfterClose(one);
    else await changeWhileRead(one, way);
  },
};

async function killImports({ chance, rig }: Case): Promise<void> {
  for (const path of rig.base.applicants) {
    for (let kills = chance.below(3); kills > 0; kills--) {
      const when = chance.of(['instead', 'after', 'answered'] as const);
      const moment = { of: 'statement', number: 1 + chance.below(STATEMENTS), when } as const;
      const { program } = await startWith(rig, importArgs(path), moment, (it) => it.kill());
      await rig.end(program);
    }
    await importFile(rig, path);
  }
  await closeUntilThrough(rig);
}

/** The close is refused, and names the import; or the import is, and says so. Never half of it. */
async function closeDuringImport({ chance, rig }: Case): Promise<void> {
  const last = rig.base.applicants.at(-1) ?? '';
  for (const path of rig.base.applicants.slice(0, -1)) await importFile(rig, path);
  const proxy = await rig.sqlProxy();
  const at = 1 + chance.below(STATEMENTS);
  proxy.decide((number, what) => {
    if (number !== at) return undefined;
    rig.broke(`the import was held at statement ${at} (${what})`);
    setTimeout(() => proxy.goOn(), LONGEST_HELD);
    return { kind: 'stall' };
  });
  const importing = rig.start(importArgs(last), { database: proxy });
  await pause(chance.below(LONGEST_HELD));
  const close = await rig.run([...CLOSE, '--empty']);
  const imported = await rig.end(importing);
  const said = `the close ended with ${close.code}, the import with ${imported.code}`;
  rig.did(said);
  if (close.code === 0 && imported.code === CONFLICT) return startOver(rig);
  // Both at once: the import was through before. What the wave comes to tells.
  if (imported.code !== 0 || (close.code !== CONFLICT && close.code !== 0))
    rig.fault(`${said}: ${wordsOf(close)} / ${wordsOf(imported)}`);
  await closeUntilThrough(rig);
}

/** A wave without the first file has come to something else: nothing is left of it to be compared. */
async function startOver(rig: Rig): Promise<void> {
  rig.did('the wave was closed without the import: it begins anew');
  const rows = await rig.server.ask<{ files: number }>(
    'select count(*)::int as files from import_file where wave_id is not null',
    rig.database,
  );
  if (rows[0]?.files !== rig.base.applicants.length - 1) rig.fault('something of the refused import stayed');
  await rig.beginAnew();
  await importAll(rig);
  await closeUntilThrough(rig);
}

async function importAfterClose({ chance, rig }: Case): Promise<void> {
  await importAll(rig);
  const late = join(rig.folder, 'late.csv');
  await copyFile(rig.base.applicants[0] ?? '', late);
  await appendFile(late, '\n');
  const isDuring = chance.hits(5000);
  const close = rig.start(CLOSE);
  if (isDuring) await pause(chance.below(2_000));
  else await rig.end(close);
  const ended = await rig.run(importArgs(late));
  rig.broke(`an import ${isDuring ? 'during' : 'after'} the close: ${ended.code}`);
  await rm(late);
  if (isDuring) await rig.end(close);
  // In time, it was in whole before the close, and of numbers that were there: or it is refused.
  if (ended.code !== CONFLICT && !(isDuring && ended.code === 0))
    rig.fault(`an import into a closed wave ended with ${ended.code}: ${wordsOf(ended)}`);
  if (ended.code === 0) await rig.beginAnew().then(() => importAll(rig));
  await closeUntilThrough(rig);
}

/** While the import waits for the server, its file changes: refused, and nothing of it stays. */
async function changeWhileRead({ chance, rig }: Case, way: string): Promise<void> {
  const [first = ''] = rig.base.applicants;
  const path = join(rig.folder, 'read.csv');
  await copyFile(first, path);
  const proxy = await rig.sqlProxy();
  const at = 1 + chance.below(STATEMENTS);
  let isHeld = false;
  proxy.decide((number, what) => {
    if (number !== at || isHeld) return undefined;
    isHeld = true;
    rig.broke(`the file was ${way} at statement ${at} (${what})`);
    void change(path, way).then(() => proxy.goOn());
    return { kind: 'stall' };
  });
  const ended = await rig.run(importArgs(path), { database: proxy });
  await rm(path, { force: true });
  await judge(rig, way, ended.code, wordsOf(ended));
  if (ended.code === 0) await rig.beginAnew();
  await importAll(rig);
  await closeUntilThrough(rig);
}

async function judge(rig: Rig, way: string, code: number | undefined, words: string): Promise<void> {
  rig.did(`the import ended with ${code}: ${words}`);
  const rows = await rig.server.ask<{ rows: string }>(
    `select coalesce(sum(rows_read), 0)::text as rows from import_file where kind = 'applicants'`,
    rig.database,
  );
  const isIn = rows[0]?.rows !== '0';
  if (isIn !== (code === 0))
    rig.fault(`the import ended with ${code}, and ${rows[0]?.rows} rows of it are in`);
  // Before it was opened or after it was read, a file may do as it likes.
  if (code !== 0 && code !== INPUT_REFUSED)
    rig.fault(`a file that was ${way} while it was read: ${code}, ${words}`);
}

async function change(path: string, way: string): Promise<void> {
  if (way === 'changed') await appendFile(path, 'one row more\n');
  else if (way === 'truncated') await truncate(path, 1_000);
  else if (way === 'vanished') await rm(path);
  else await writeFile(path, '');
}
