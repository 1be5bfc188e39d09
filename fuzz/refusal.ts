import { GelombangError } from '../src/errors.ts';

/** Whether it is a refusal as it has to be: INPUT_REFUSED, with what to do next. */
export function isRefusal(error: unknown): error is GelombangError {
  return error instanceof GelombangError && error.code === 'INPUT_REFUSED' && error.next !== undefined;
}
