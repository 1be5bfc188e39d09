import { GelombangError } from '../errors.ts';
import { readSmallFile } from '../files/reading.ts';
import { LARGEST_POLICY } from '../policy/bounds.ts';
import type { ReadPolicy } from '../policy/read.ts';

/** @throws GelombangError INPUT_REFUSED for a file that cannot be read, or with every fault of the policy in it. */
export async function readPolicyFile(path: string): Promise<ReadPolicy> {
  const { readPolicy } = await import('../policy/read.ts');
  return readPolicy(textOf(await readSmallFile(path, LARGEST_POLICY), path), path);
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GelombangError('INPUT_REFUSED', `${path} is not UTF-8 text`, {
      cause,
      next: 'Save it as UTF-8.',
    });
  }
}
