import type { StepFailure } from './failures.ts';

/** What closes a wave, or goes on with its close: without its hold, notices would be sent that are to wait. */
export function closeCommand(waveId: number, holdNotices: boolean | undefined): string {
  return `gelombang wave close ${waveId}${holdNotices === true ? ' --hold-notices' : ''}`;
}

/** What to do about failures that stopped a run. */
export function mendThenResume(waveId: number, failures: readonly Pick<StepFailure, 'next'>[]): string {
  const said = new Set(failures.flatMap(({ next }) => (next === null ? [] : [next.replace(/\.?$/, '.')])));
  const mend = said.size === 0 ? 'Mend the cause.' : [...said].join(' ');
  return `${mend} Then go on with: gelombang wave resume ${waveId}`;
}
