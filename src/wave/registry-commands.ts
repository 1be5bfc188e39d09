/** How the registry comes to answer in files about those whom it has not answered about. */
export function askCommands(waveId: number): string {
  return `gelombang registry ask ${waveId} --out FILE writes them, and gelombang registry answer FILE takes what comes back`;
}
