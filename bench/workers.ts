/** The same wave closed with more and more workers beside: what they add, and what share of the work is the database's. */
import { setTimeout as pause } from 'node:timers/promises';
import { failed, type NodeProgram, throwIfInterrupted } from './command.ts';
import type { Command, WorkersRound } from './document.ts';
import { type Installation, inInstallation, type Servers } from './installation.ts';
import { cpuSecondsBetween } from './processes.ts';
import { note } from './progress.ts';
import { closeWave, importApplicants, prepareWave, stagesOf } from './project.ts';
import type { MeasuredWave } from './waves.ts';

/** What a worker logs when it waits for work. */
const READY = '"event":"worker.started"';
const LOOK_INTERVAL = 20;
const LONGEST_START = 60_000;
/** Milliseconds that the queue may take to know of a worker: a close that sees none would start one of its own. */
const REGISTRATION = 1_000;

/** @param folder For all that the round writes; emptied afterwards. */
export function measureWorkers(
  wave: MeasuredWave,
  workers: number,
  servers: Servers,
  folder: string,
  signal: AbortSignal,
): Promise<WorkersRound> {
  return inInstallation(servers, folder, signal, async (installation) => {
    await prepareWave(installation, wave);
    await importApplicants(installation, wave);
    await installation.settle();
    return {
      workers,
      postgresql: await installation.serverVersion(),
      close: await closeWithWorkers(installation, workers, signal),
      stages: await stagesOf(installation),
    };
  });
}

async function closeWithWorkers(
  installation: Installation,
  workers: number,
  signal: AbortSignal,
): Promise<Command> {
  note(`  start workers: ${workers}`);
  const running = Array.from({ length: workers }, () => installation.start('worker'));
  try {
    await Promise.all(running.map((worker) => untilReady(worker, signal)));
    if (workers > 0) await pause(REGISTRATION);
    const before = running.map((worker) => worker.cpuSeconds());
    const close = await closeWave(installation);
    const after = running.map((worker) => worker.cpuSeconds());
    const peaks = await Promise.all(running.map(stopped));
    const spent = after.map((seconds, place) => cpuSecondsBetween(before[place], seconds));
    return {
      ...close,
      node_cpu_seconds: [close.node_cpu_seconds, ...spent].reduce(sum),
      peak_memory: [close.peak_memory, ...peaks].reduce(largest),
    };
  } finally {
    await Promise.all(running.map(stopped));
  }
}

async function untilReady(worker: NodeProgram, signal: AbortSignal): Promise<void> {
  const until = Date.now() + LONGEST_START;
  while (!worker.stderr.includes(READY)) {
    throwIfInterrupted(signal);
    if (worker.hasEnded || Date.now() > until) throw failed(['worker'], worker.exitCode, worker.stderr);
    await pause(LOOK_INTERVAL);
  }
}

/** The most memory that it had. */
async function stopped(worker: NodeProgram): Promise<number | null> {
  worker.stop();
  return (await worker.end()).peakMemory;
}

type Known = number | null;

function sum(left: Known, right: Known): Known {
  return left === null || right === null ? null : left + right;
}

function largest(left: Known, right: Known): Known {
  return left === null || right === null ? null : Math.max(left, right);
}
