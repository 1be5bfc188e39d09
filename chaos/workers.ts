/** Workers beside the close: begun, waited for until they listen, and stopped as an operator stops them. */
import { setTimeout as pause } from 'node:timers/promises';
import { happensWithin } from './processes.ts';
import type { Program } from './programs.ts';
import type { Rig } from './rig.ts';
import type { How } from './stand.ts';

const READY = 'worker.started';
/** Whoever was cut off while it made tables gives way after half a minute. */
const LONGEST_START = 75_000;
/** Milliseconds that the queue may take to know of a worker. */
const REGISTRATION = 300;
/** Promised, with a little more for a busy machine. */
const LONGEST_STOP = 12_000;

export async function startWorker(rig: Rig, how?: How): Promise<Program> {
  const worker = rig.start(['worker'], how);
  await untilReady(rig, worker);
  return worker;
}

/** @param isHindered Whether it was broken before it could say so. */
export async function untilReady(rig: Rig, worker: Program, isHindered = () => false): Promise<void> {
  const isReady = await happensWithin(
    LONGEST_START,
    async () => worker.hasEnded || worker.firstSaid.includes(READY) || isHindered(),
  );
  if (!isReady) rig.fault(`a worker did not start; it said:\n${worker.said}`);
  await pause(REGISTRATION);
}

/** By SIGTERM: in time, and with the code for it. */
export async function stopWorker(rig: Rig, worker: Program): Promise<void> {
  if (worker.hasEnded) {
    const { code, signal, stderr } = await worker.ended();
    // What it needs to begin is not waited for: it says so, and ends.
    const couldNotBegin = rig.broken > 0 && code === 1 && !worker.firstSaid.includes(READY);
    if (couldNotBegin) rig.did(`a worker could not begin:\n${stderr}`);
    else if (signal !== 'SIGKILL')
      rig.fault(`a worker had ended by itself, with ${signal ?? code}:\n${stderr}`);
    return;
  }
  await stopProgram(rig, worker, 'SIGTERM');
}

/** Ends a command by a signal, and holds it to its promise. */
export async function stopProgram(rig: Rig, program: Program, signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
  const expected = signal === 'SIGTERM' ? 143 : 130;
  const asked = performance.now();
  program.kill(signal);
  const ended = await rig.end(program, LONGEST_STOP);
  const seconds = ((performance.now() - asked) / 1000).toFixed(1);
  rig.did(`${signal} to ${program.command}: it ended with ${ended.signal ?? ended.code} in ${seconds} s`);
  // What was through just then has ended as it would have; what had not begun to speak, as Node ends it.
  const hadBegun = program.firstSaid !== '';
  if (ended.code !== expected && ended.code !== 0 && (hadBegun || ended.signal !== signal))
    rig.fault(`${signal}: ${program.command} ended with ${ended.signal ?? ended.code}:\n${ended.stderr}`);
}
