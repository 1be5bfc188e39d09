/** The codes of errors: of the server (SQLSTATE), of the system, and of the program itself. */

/** `insufficient_privilege`. */
export const DENIED = '42501';

/** `restrict_violation`: a guard of the tables refuses it. */
export const GUARDED = '23001';

/** Of the error, or else of its cause, as drizzle wraps it. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return 'code' in error ? String(error.code) : codeOf(error.cause);
}
