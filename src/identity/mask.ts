/** An identity number may be shown by its first six and last four digits at most. */

const HIDDEN = '******';

/** `317101******0001`. What is too short for that to hide anything is hidden whole. */
export function maskIdentity(identity: string): string {
  return identity.length < 15 ? HIDDEN : `${identity.slice(0, 6)}${HIDDEN}${identity.slice(-4)}`;
}

/** The text with every run of 16 or more digits masked. */
export function maskIdentitiesIn(text: string): string {
  return text.replace(/[0-9]{16,}/g, maskIdentity);
}
