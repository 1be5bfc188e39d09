import { GelombangError } from '../errors.ts';

/** Of what stages handed on that does not fit together, so that nothing can come of it. @param counts In words. */
export function stagesDisagree(counts: string): GelombangError {
  return new GelombangError('UNEXPECTED', `the stages disagree: ${counts}`, {
    next: 'What they handed on was changed, or is there in part alone. Restore the database from a backup of before.',
    final: true,
  });
}
