/** What closes a wave, or goes on with its close: without its hold, notices would be sent that are to wait. */
export function closeCommand(waveId: number, holdNotices: boolean | undefined): string {
  return `gelombang wave close ${waveId}${holdNotices === true ? ' --hold-notices' : ''}`;
}
