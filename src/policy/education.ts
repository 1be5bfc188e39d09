/**
 * What people gave as their education, as it is compared with a policy's: in capitals, blanks between words single and
 * none around.
 */
export function plainEducation(given: string): string {
  return given.trim().replace(/\s+/g, ' ').toUpperCase();
}
