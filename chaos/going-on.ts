/** What the operator does once nothing is broken any more: the next command, until the wave is through. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { WAVE } from './base.ts';
import { digestsOf, filesBelow, LEDGER, noticesIn, type Outcome } from './outcome.ts';
import { happensWithin } from './processes.ts';
import type { Ended, Program } from './programs.ts';
import type { Rig } from './rig.ts';
import { sessionsAt } from './sessions.ts';
import type { How } from './stand.ts';

/** Milliseconds that a dead leader may still be missed for, and a server may take to forget connections. */
const LONGEST_WAIT = 30_000;
const WAIT = 250;
const MOST_COMMANDS = 5;

export const CLOSE = ['wave', 'close', String(WAVE), '--json'] as const;

/** What the program says in its one JSON document, as far as a case looks at it. */
interface Said {
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly next?: string;
    readonly faults?: readonly { readonly what: string }[];
  };
}

export function saidBy({ stdout }: Ended): Said {
  try {
    return JSON.parse(stdout) as Said;
  } catch {
    return {};
  }
}

/** Whether the wave is through: by this command, or by one before. */
export function isThrough(ended: Ended): boolean {
  return ended.code === 0 || /is already closed/.test(saidBy(ended).error?.message ?? '');
}

/** What it logs once its servers were there and the run is its own: from then on a loss is waited for. */
const BEGUN = /"event":"wave\.(closing|resumed)"/;

/** After a server was lost under a close and has come back: it has to have gone on by itself, unless it had not begun. */
export async function expectGoneOn(rig: Rig, close: Program): Promise<void> {
  const ended = await rig.end(close);
  if (isThrough(ended)) return;
  const said = `it did not go on by itself: ${wordsOf(ended)}`;
  if (BEGUN.test(close.firstSaid)) rig.fault(said);
  else rig.did(said);
  await closeUntilThrough(rig);
}

function isLedElsewhere(ended: Ended): boolean {
  return /someone else is at wave/.test(saidBy(ended).error?.message ?? '');
}

/** Nothing is broken: the first command has to do, but for one that is told that the dead one is still there. */
export async function closeUntilThrough(rig: Rig, how?: How): Promise<void> {
  const until = Date.now() + LONGEST_WAIT;
  let args: readonly string[] = CLOSE;
  for (let count = 0; count < MOST_COMMANDS; ) {
    const ended = await rig.run(args, how);
    if (isThrough(ended)) return;
    if (isLedElsewhere(ended) && Date.now() < until) {
      await pause(WAIT);
      continue;
    }
    count += 1;
    rig.fault(`the next command did not go on (${ended.signal ?? ended.code}): ${wordsOf(ended)}`);
    args = nextOf(ended) ?? args;
  }
}

export function wordsOf(ended: Ended): string {
  const { error } = saidBy(ended);
  if (error === undefined) return ended.stderr.slice(-1500);
  const [fault] = error.faults ?? [];
  return [error.message, ...(fault === undefined ? [] : [fault.what]), `(${error.next ?? 'no next'})`].join(
    ' ',
  );
}

/** The command that the program itself names. */
function nextOf(ended: Ended): string[] | undefined {
  const found = /gelombang (wave (?:close|resume) \d+)/.exec(saidBy(ended).error?.next ?? '')?.[1];
  return found === undefined ? undefined : [...found.split(' '), '--json'];
}

/** Exports, and reads what the wave has come to; what must not be left behind is a fault. */
export async function outcomeOf(rig: Rig): Promise<Outcome> {
  const out = join(rig.folder, 'export');
  const exported = await rig.run(['export', String(WAVE), '--out', out]);
  if (exported.code !== 0) rig.fault(`export ended with ${exported.code}: ${exported.stderr}`);
  await expectNothingLeft(rig);
  return {
    files: exported.code === 0 ? await digestsOf(out) : {},
    notices: await noticesIn(rig.notices),
    ledger: await ledgerOf(rig),
    left: (await filesBelow(rig.folder))
      .filter((name) => !name.startsWith('home/postgresql'))
      .map(withoutNumbers),
  };
}

/** A name may hold the process's number; the note of the audit log is elsewhere beside another database, and holds how many entries there were. */
function withoutNumbers(name: string): string {
  return name
    .replace(/\.\d+\.unfinished$/, '.PID.unfinished')
    .replace(/^.*\/audit\/[\da-f-]+\.\d+\.json$/, 'the note of the audit log');
}

/** Of the embedded server after its last user has gone: it is started by the harness for a look. */
async function ledgerOf(rig: Rig): Promise<string[]> {
  const isEmbedded = rig.stand.server === 'embedded';
  if (isEmbedded) await rig.server.start();
  try {
    return (await rig.server.ask<{ line: string }>(LEDGER, rig.database)).map(({ line }) => line);
  } finally {
    if (isEmbedded) await rig.server.stop();
  }
}

async function expectNothingLeft(rig: Rig): Promise<void> {
  for (const program of rig.programs) {
    if (program.hasEnded) continue;
    rig.fault(`${program.command} still runs; it said:\n${program.said}`);
    program.kill();
    await program.ended();
  }
  if (rig.stand.server === 'embedded') return expectStopped(rig);
  let lines: string[] = [];
  const areGone = await happensWithin(LONGEST_WAIT, async () => {
    lines = await sessionsAt(rig.server, rig.database);
    return lines.length === 0;
  });
  if (!areGone) rig.fault(`connections left at the server:\n${lines.join('\n')}`);
}

/** The last user of the embedded server stops it. */
async function expectStopped(rig: Rig): Promise<void> {
  const lock = join(rig.server.place.data, 'postmaster.pid');
  const isStopped = await happensWithin(
    LONGEST_WAIT,
    async () => !(await filesBelow(rig.server.place.data)).includes(lock.split('/').at(-1) ?? ''),
    200,
  );
  if (!isStopped) rig.fault('the embedded server was left running');
}
