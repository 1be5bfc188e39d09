/** What can be done about a version of a list that is held: two lines. */
export function decideCommands(version: number): string {
  return `gelombang list release ${version}\nor: gelombang list discard ${version}`;
}
