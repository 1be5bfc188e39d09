/** What can be done about a version of a list that is held. */
export function decideCommands(version: number): string {
  return `gelombang list release ${version}, or gelombang list discard ${version}`;
}
