/** How the registry comes to answer in files about those whom it has not answered about. */
export function askCommands(waveId: number): string {
  return `To write them for it: gelombang registry ask ${waveId} --out FILE\nTo take what comes back: gelombang registry answer FILE`;
}
