import type { Fault } from '../errors.ts';

/** One thing that was checked, what was found there in words, and how many faults it has. */
export interface Check {
  readonly check: string;
  readonly what: string;
  readonly faults: number;
}

/** How many faults are kept with their places; the others are counted. */
const KEPT = 20;
/** How many characters of a value and of a whole fault are shown. */
const LONGEST = 80;
const LONGEST_FAULT = 400;

/** Collects what a verification finds, in bounded space. */
export class Findings {
  readonly faults: Fault[] = [];
  readonly checked: Check[] = [];
  faultCount = 0;
  private counted = 0;

  /** `where` is `file` or `file:line`; `what` says what stands there and what should. */
  fault(where: string, what: string): void {
    this.faultCount++;
    if (this.faults.length < KEPT) this.faults.push({ where, what: escaped(shortened(what, LONGEST_FAULT)) });
  }

  /** Compares what a file says with what was recomputed. */
  same(where: string, name: string, said: unknown, expected: unknown): void {
    if (said !== expected) this.fault(where, `${name} is ${worded(said)}, expected ${worded(expected)}`);
  }

  /** Ends a check: all faults since the last one are its own. */
  close(check: string, what: string): void {
    this.checked.push({ check, what, faults: this.faultCount - this.counted });
    this.counted = this.faultCount;
  }
}

/** `1 line`, `2 lines`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function worded(value: unknown): string {
  if (value === undefined || value === '') return 'empty';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return shortened(text, LONGEST);
}

/** Control characters and ends of lines as they are written in code: a fault stays on its line. */
function escaped(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
