import { readSmallText } from '../files/reading.ts';
import { LARGEST_POLICY } from '../policy/bounds.ts';
import type { ReadPolicy } from '../policy/read.ts';

/** @throws GelombangError INPUT_REFUSED for a file that cannot be read, or with every fault of the policy in it. */
export async function readPolicyFile(path: string): Promise<ReadPolicy> {
  const { readPolicy } = await import('../policy/read.ts');
  return readPolicy(await readSmallText(path, LARGEST_POLICY), path);
}
