/**
 * Every error that the program raises on purpose is a GelombangError: a code, what happened, what to do next.
 * The exit code of the command line follows from the code and from nothing else.
 */

const EXIT_CODES = {
  /** The program is wrong, or something that it stands on is. */
  UNEXPECTED: 1,
  /** The command was called in a way that it does not understand. */
  USAGE: 2,
  /** A file, a policy or a setting was read and refused; nothing was changed. */
  INPUT_REFUSED: 3,
  /** The wave is in a state that does not allow it, or someone else is at it. */
  CONFLICT: 4,
  /** The work is done as far as it goes, and some applications are still without an answer. */
  UNKNOWNS_LEFT: 5,
  /** Stopped by a signal; what was under way can be taken up again. */
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

/** One fault of an input: where it is, what is wrong, and what was expected or is nearest. */
export interface Fault {
  /** For example `policy.yaml:12`, or `line 7, column nik`. */
  readonly where: string;
  readonly what: string;
  /** What to do about it, if that can be said. */
  readonly hint?: string;
}

export interface ErrorDetails {
  /** The wave, file, run or step that it concerns. Never an identity number. */
  readonly concerns?: Readonly<Record<string, string | number>>;
  /** All the faults found, not only the first. */
  readonly faults?: readonly Fault[];
  /** What to do next, as a sentence or a command. */
  readonly next?: string;
  /** Trying again is of no use before somebody has mended the cause. Not said: so for refused input alone. */
  readonly final?: boolean;
  readonly cause?: unknown;
}

export class GelombangError extends Error {
  override readonly name = 'GelombangError';
  readonly code: ErrorCode;
  readonly concerns: Readonly<Record<string, string | number>>;
  readonly faults: readonly Fault[];
  readonly next: string | undefined;
  readonly final: boolean;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.concerns = details.concerns ?? {};
    this.faults = details.faults ?? [];
    this.next = details.next;
    this.final = details.final ?? code === 'INPUT_REFUSED';
  }

  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}
