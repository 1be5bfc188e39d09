/** The keys are rotated beside a close, and that is cut off: the wave comes to the same, and everything can be read afterwards. */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writeMasters } from '../../src/keys/key-file.ts';
import { masterOf } from '../../src/keys/master.ts';
import type { KeyStatus } from '../../src/keys/rotation.ts';
import { KEY } from '../base.ts';
import { CLOSE, closeUntilThrough, isThrough, wordsOf } from '../going-on.ts';
import type { Case, Kind } from '../kind.ts';
import { inWords, startWith } from '../moments.ts';
import type { Ended } from '../programs.ts';
import type { Rig } from '../rig.ts';

const ROTATE = ['keys', 'rotate', '--json'] as const;
const NEXT_KEY = 'a7'.repeat(32);
const MOST_ATTEMPTS = 4;
/** What a rotation asks of the database, about, and how long it takes. */
const STATEMENTS = 24;
const LONGEST = 900;
/** Milliseconds that the server may take to see that the one that was cut off is gone. */
const LONGEST_MISSED = 30_000;
const WAIT = 250;

export const rotate: Kind = {
  name: 'rotate',
  about: 'keys rotate beside a close, killed or cut off from the database; then again, until it is through',
  usual: 12,
  run: async (one) => {
    const { chance, rig, reference } = one;
    const path = chance.hits(7000) ? await keysInFile(rig) : keysGiven(rig);
    const close = rig.start(CLOSE);
    await pause(chance.below(Math.ceil(reference.milliseconds)));
    for (let attempts = 1 + chance.below(MOST_ATTEMPTS); attempts > 0; attempts--) await cutOff(one);
    await rotateUntilThrough(rig);
    const closed = await rig.end(close);
    if (!isThrough(closed)) rig.fault(`the close beside it did not go on: ${wordsOf(closed)}`);
    // As the operator is told: what followed is the one from now on.
    if (path === undefined) rig.settings = { GELOMBANG_KEY: NEXT_KEY };
    await closeUntilThrough(rig);
    await expectOneInForce(rig, path);
  },
};

/** In a file of its own, which is no part of what the wave leaves. @returns its path. */
async function keysInFile(rig: Rig): Promise<string> {
  const folder = `${rig.folder}-keys`;
  await mkdir(folder, { mode: 0o700 });
  rig.cleanup.add(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'key');
  await writeMasters(path, [masterOf(Buffer.from(KEY, 'hex'))]);
  rig.settings = { GELOMBANG_KEY: '', GELOMBANG_KEY_FILE: path };
  return path;
}

function keysGiven(rig: Rig): undefined {
  rig.settings = { GELOMBANG_KEY: KEY, GELOMBANG_NEXT_KEY: NEXT_KEY };
}

/** Once, unless it is through before the moment comes. */
async function cutOff({ chance, rig }: Case): Promise<void> {
  const when = chance.of(['instead', 'after', 'answered'] as const);
  const number = 1 + chance.below(STATEMENTS);
  if (chance.hits(3500)) return loseConnection(rig, number, chance.hits(5000) ? 'reset' : 'end');
  const moment = chance.hits(7500)
    ? ({ of: 'statement', number, when } as const)
    : ({ of: 'time', milliseconds: chance.below(LONGEST) } as const);
  const { program } = await startWith(rig, ROTATE, moment, (it) => it.kill());
  expectInWords(rig, await rig.end(program), inWords(moment));
}

async function loseConnection(rig: Rig, at: number, how: 'reset' | 'end'): Promise<void> {
  const proxy = await rig.sqlProxy();
  proxy.decide((number, what) => {
    if (number !== at) return undefined;
    rig.broke(`statement ${number} of ${ROTATE.join(' ')}: ${how} (${what})`);
    return { kind: 'cut', how, all: true };
  });
  expectInWords(rig, await rig.run(ROTATE, { database: proxy }), `cut off at statement ${at}`);
}

/** Through, killed, or told: nothing else. */
function expectInWords(rig: Rig, ended: Ended, what: string): void {
  if (ended.signal !== undefined || ended.code === 0) return;
  rig.did(`${what}: ${wordsOf(ended)}`);
}

/** Nothing is broken: the first one has to do, but for one that is told that the one before is still there. */
async function rotateUntilThrough(rig: Rig): Promise<void> {
  const until = Date.now() + LONGEST_MISSED;
  for (;;) {
    const ended = await rig.run(ROTATE);
    if (ended.code === 0) return;
    const isMissed = /are being rotated by another process/.test(ended.stdout);
    if (isMissed && Date.now() < until) await pause(WAIT);
    else
      return rig.fault(`the next rotation did not go on (${ended.signal ?? ended.code}): ${wordsOf(ended)}`);
  }
}

/** @param path Of the key file, where there is one. */
async function expectOneInForce(rig: Rig, path: string | undefined): Promise<void> {
  const { code, stdout } = await rig.run(['keys', 'status', '--json']);
  if (code !== 0) return rig.fault(`keys status ended with ${code}: ${stdout}`);
  const { master, here, rotation_under_way, data_keys } = JSON.parse(stdout) as KeyStatus;
  const sealed = await rig.server.ask<{ master: string }>(
    'select distinct master_id as master from data_key',
    rig.database,
  );
  if (sealed.length !== 1 || sealed[0]?.master !== master || !here || rotation_under_way)
    rig.fault(`not one master key is in force: ${stdout} of ${sealed.map((each) => each.master).join(', ')}`);
  if (master === masterOf(Buffer.from(KEY, 'hex')).name) rig.fault('the first master key is still in force');
  const purposes = data_keys.map(({ purpose }) => purpose);
  if (purposes.at(-1) !== 'seal' || purposes.filter((each) => each !== 'seal').length !== 1)
    rig.fault(`the newest data key is not one of what is kept: ${purposes.join(', ')}`);
  if (path !== undefined) await expectOneInFile(rig, path, master);
}

/** Others are in files of their own, for backups of before; no other file has any but who is at the file, in which there is no key. */
async function expectOneInFile(rig: Rig, path: string, master: string | null): Promise<void> {
  const names = (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[0]);
  if (names.join() !== master) rig.fault(`the key file has ${names.join(', ')}, and ${master} is in force`);
  const others = (await readdir(join(path, '..'))).filter(
    (name) => !/^key(\.[0-9a-f]{8}|\.lock\..+)?$/.test(name),
  );
  for (const name of others) rig.fault(`left behind beside ${basename(path)}: ${name}`);
}
