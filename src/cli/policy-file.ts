import { readFile } from 'node:fs/promises';
import { GelombangError } from '../errors.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { troubleOf } from './fault.ts';

/** No policy is longer; what is, is another file. */
const LARGEST_POLICY = 1 << 20;

/** @throws GelombangError INPUT_REFUSED for a file that cannot be read, or with every fault of the policy in it. */
export async function readPolicyFile(path: string): Promise<ReadPolicy> {
  const { readPolicy } = await import('../policy/read.ts');
  return readPolicy(await textOf(path), path);
}

async function textOf(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new GelombangError('INPUT_REFUSED', `the policy ${path} cannot be read: ${troubleOf(cause)}`, {
      cause,
      next: 'Look at the name and the permissions of the file.',
    });
  }
  if (bytes.length > LARGEST_POLICY) {
    throw new GelombangError('INPUT_REFUSED', `${path} is too large for a policy: ${bytes.length} bytes`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GelombangError('INPUT_REFUSED', `${path} is not UTF-8 text`, {
      cause,
      next: 'Save it as UTF-8.',
    });
  }
}
