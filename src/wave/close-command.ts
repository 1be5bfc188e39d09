import type { StepFailure } from './failures.ts';

/** What closes a wave, or goes on with its close: without its hold, notices would be sent that are to wait. */
export function closeCommand(waveId: number, holdNotices: boolean | undefined): string {
  return `gelombang wave close ${waveId}${holdNotices === true ? ' --hold-notices' : ''}`;
}

/** What to do about failures that stopped a run, in lines: a command ends its own. */
export function mendThenResume(waveId: number, failures: readonly Pick<StepFailure, 'next'>[]): string {
  const said = new Set(failures.flatMap(({ next }) => (next === null ? [] : [next])));
  const mend = said.size === 0 ? 'Mend the cause.' : [...said].join('\n');
  return `${mend}\nThen go on with: gelombang wave resume ${waveId}`;
}
