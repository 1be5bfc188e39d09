/** Small files that settings name: keys and certificates, often links that whoever renews them lays. */
import { readFileSync, statSync } from 'node:fs';

/** Bytes: many times what a bundle of authorities has. */
const MOST_BYTES = 4 << 20;

/** What anybody but its owner may do to a key; a key of root's may be read by its group. */
const OTHERS = 0o077;
const OTHERS_BUT_GROUP = 0o037;

export type SettingFile =
  | { readonly text: string }
  /** What the setting was expected to name. */
  | { readonly expected: string };

/** @param kind A key is not read that others may read. */
export function readSettingFile(path: string, kind: 'key' | 'certificates'): SettingFile {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > MOST_BYTES) return { expected: 'a file of a sensible size' };
    const isOpen = (found.mode & (found.uid === 0 ? OTHERS_BUT_GROUP : OTHERS)) !== 0;
    if (kind === 'key' && isOpen) return { expected: 'a file that nobody else may read (chmod 600)' };
    return { text: readFileSync(path, 'utf8') };
  } catch {
    return { expected: 'a file that there is and that may be read' };
  }
}
