/** Workers and what they are at, in words. */
import type { Leader, StepUnderWay } from '../wave/holders.ts';
import type { WaveStatus } from '../wave/status.ts';
import type { WorkerStatus } from '../wave/workers.ts';
import { counted, moment } from './words.ts';

export function workerLine({ host, pid, slots, started_at, health, ...said }: WorkerStatus): string {
  const mark = health === 'idle' ? '!' : ' ';
  const last = said.last_step_at === null ? 'no step yet' : `last step ${moment(said.last_step_at)}`;
  return `  ${mark} ${host}, process ${pid}: ${healthOf(health, said)}; ${counted(slots, 'step')} at once, since ${moment(started_at)}, ${last}`;
}

function healthOf(
  health: WorkerStatus['health'],
  { seen_at, idle_since }: Pick<WorkerStatus, 'seen_at' | 'idle_since'>,
): string {
  switch (health) {
    case 'healthy':
      return 'healthy';
    case 'gone':
      return `gone, not heard of since ${moment(seen_at)}`;
    case 'idle':
      return `unhealthy, takes nothing since ${moment(idle_since ?? seen_at)} although steps wait`;
    default:
      throw new Error(`a worker cannot be so: ${String(health satisfies never)}`);
  }
}

/** Who is at what, who could be, and what is waited for at the most; of a run that is not through. */
export function underWayLines({
  run,
  led_by: leader,
  steps_under_way: steps,
  workers,
  limits,
}: WaveStatus): string[] {
  if (run === null || run.finished_at !== null) return [];
  return [
    ...(leader === null ? [] : [leaderLine(leader)]),
    ...steps.map(stepLine),
    ...(workers.length === 0 ? ['  no worker is about'] : ['  workers', ...workers.map(workerLine)]),
    `  a step is taken over after ${limits.lease_seconds} s of silence, has failed after ${limits.hang_seconds} s without a statement,` +
      ` and is given up after ${limits.attempts} attempts`,
  ];
}

function leaderLine({ host, pid, since, renewed_at }: Leader): string {
  return `  > led by ${host}, process ${pid}, since ${moment(since)}, heard of ${moment(renewed_at)}`;
}

function stepLine({ stage, part, host, pid, since, renewed_at, silent }: StepUnderWay): string {
  const who = host === null ? 'nobody knows who' : `${host}, process ${pid}`;
  const mark = silent ? '!' : '>';
  return `  ${mark} ${stage}, part ${part}: ${who}, since ${moment(since)}, heard of ${moment(renewed_at)}`;
}
