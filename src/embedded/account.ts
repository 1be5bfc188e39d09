import { spawn } from 'node:child_process';
import { GelombangError } from '../errors.ts';

/** The operating system's user that runs the server when we are root, which PostgreSQL refuses to run as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What the server's programs see of our environment: nothing, for it may hold secrets. */
export const CHILD_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const;

export function weAreRoot(): boolean {
  return process.getuid?.() === 0;
}

/**
 * Runs a program to its end as `account` (as ourselves without one) and gives what it printed.
 * @throws Error with the program's output when it cannot be run or does not end with 0.
 */
export function run(
  account: Account | undefined,
  program: string,
  args: readonly string[],
  input = '',
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, env: CHILD_ENVIRONMENT, cwd: '/' });
    const printed: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => printed.push(chunk));
    child.stdin.on('error', () => {
      // A program that ends before it has read its input says why by its exit code.
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const output = Buffer.concat(printed).toString().trim();
      if (code === 0) resolve(output);
      else reject(new Error(`${program} ended with ${signal ?? code}: ${output}`));
    });
    child.stdin.end(input);
  });
}

/** Whether `account` gets into the directory; tried as that user, for modes alone do not tell (ACLs, mounts). */
export async function canEnter(account: Account, directory: string): Promise<boolean> {
  return await run(account, '/bin/sh', ['-c', 'cd "$1"', 'sh', directory]).then(
    () => true,
    () => false,
  );
}

/** `postgres` where there is one, else `nobody`: initdb looks the name up, so a bare number will not do. */
export async function systemAccount(): Promise<Account> {
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf(name, '-u'), idOf(name, '-g')]);
    if (uid && gid) return { uid, gid };
  }
  throw new GelombangError('UNEXPECTED', 'PostgreSQL does not run as root, and no other user was found.', {
    next: 'Run the command as an ordinary user, add a user named postgres, or set DATABASE_URL.',
  });
}

async function idOf(name: string, kind: '-u' | '-g'): Promise<number | undefined> {
  return await run(undefined, '/usr/bin/id', [kind, name]).then(Number, () => undefined);
}
