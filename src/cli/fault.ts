/** What was thrown, as an error of ours: what the system says of files and connections is put into words. */
import { isLoss, shortageOf } from '../db/loss.ts';
import { codeOf, DENIED } from '../db/sqlstate.ts';
import { GelombangError } from '../errors.ts';

interface SystemError extends Error {
  readonly code: string;
  readonly path?: string;
  readonly dest?: string;
}

/** What someone who calls the program can put right. */
const FILE_TROUBLE: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'a file of that name is there',
  ENOTEMPTY: 'it is a folder that is not empty',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links lead nowhere',
};

const MACHINE_TROUBLE: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk failed',
};

/** An error that is not known here stays one that is not ours: it is unexpected, and keeps its stack. */
export function inWords(error: unknown): GelombangError | undefined {
  if (error instanceof GelombangError) return error;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'MaxRetriesPerRequestError') return lostRedis(error);
  if (codeOf(error) === DENIED) return denied(error);
  const shortage = shortageOf(error);
  if (shortage !== undefined) return shortOf(shortage, error);
  const ofFile = 'code' in error && typeof error.code === 'string' && fileError(error as SystemError);
  return ofFile || (isLoss(error) ? lost(error) : undefined);
}

function fileError(error: SystemError): GelombangError | undefined {
  const where = error.dest ?? error.path;
  const machine = MACHINE_TROUBLE[error.code];
  if (machine !== undefined) {
    return new GelombangError('UNEXPECTED', where === undefined ? machine : `${where}: ${machine}`, {
      cause: error,
      next: 'Nothing half done stays. Mend the cause and run the command again.',
    });
  }
  const trouble = FILE_TROUBLE[error.code];
  if (trouble === undefined || where === undefined) return undefined;
  return new GelombangError('INPUT_REFUSED', `${where} cannot be used: ${trouble}`, {
    cause: error,
    next: 'Look at the path and its permissions.',
  });
}

function denied(cause: Error): GelombangError {
  return new GelombangError('INPUT_REFUSED', `the login of DATABASE_URL may not do that: ${cause.message}`, {
    cause,
    next: 'Who may what: gelombang database status',
  });
}

function shortOf(shortage: string, cause: Error): GelombangError {
  return new GelombangError('UNEXPECTED', `${shortage}: ${cause.message}`, {
    cause,
    next: 'Nothing half done stays. Make room where the database runs, then run the command again.',
  });
}

/** The queue is filled again from the ledger, so that whatever was under way goes on. */
function lostRedis(cause: Error): GelombangError {
  return new GelombangError('UNEXPECTED', 'the connection to Redis was lost', {
    cause,
    next: 'Nothing is lost. Look whether Redis runs, then run the same command again: it goes on where it was.',
  });
}

function lost(cause: Error): GelombangError {
  return new GelombangError(
    'UNEXPECTED',
    `the connection to the database or the queue was lost: ${cause.message}`,
    {
      cause,
      next: 'Nothing half done stays. Look whether its server runs, then run the command again.',
    },
  );
}
