/** Results go to stdout, everything else to stderr. */
import { styleText } from 'node:util';
import { type Fault, GelombangError } from '../errors.ts';
import { redact } from '../redact.ts';

/** Faults shown on a terminal; with --json all of them are given. */
const MOST_FAULTS = 20;

/** One JSON document, or lines for a person. */
export function printResult(json: boolean, document: unknown, lines: () => readonly string[]): void {
  const text = json ? JSON.stringify(document, null, 2) : lines().join('\n');
  if (text !== '') process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function warn(text: string): void {
  note(`${paint('yellow', 'warning:')} ${text}`);
}

/** What happened, everything that is wrong, what to do next. An error that is not ours keeps its stack for a report. */
export function printError(error: unknown, json: boolean): void {
  if (!(error instanceof GelombangError)) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (json) printErrorDocument('UNEXPECTED', error instanceof Error ? error.message : String(error));
    note(`${paint('red', 'error:')} something unexpected happened\n${redact(text)}`);
    return;
  }
  if (json) printErrorDocument(error.code, error.message, error);
  note(`${paint('red', 'error:')} ${redact(error.message)}`);
  for (const fault of error.faults.slice(0, MOST_FAULTS)) note(`  ${describeFault(fault)}`);
  const hidden = error.faults.length - MOST_FAULTS;
  if (hidden > 0) note(`  … and ${hidden} more: --json shows all of them`);
  if (error.next !== undefined) note(paint('cyan', error.next));
}

function printErrorDocument(code: string, message: string, error?: GelombangError): void {
  const details =
    error === undefined ? {} : { concerns: error.concerns, faults: error.faults, next: error.next };
  process.stdout.write(`${redact(JSON.stringify({ error: { code, message, ...details } }, null, 2))}\n`);
}

function describeFault({ where, what, hint }: Fault): string {
  return redact(`${where}: ${what}${hint === undefined ? '' : ` (${hint})`}`);
}

type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'bold' | 'dim';

/** In colour where stderr shows colours and NO_COLOR is not set. */
export function paint(colour: Colour, text: string): string {
  return process.stderr.isTTY && process.stderr.hasColors() ? styleText(colour, text) : text;
}

const AMOUNT = new Intl.NumberFormat('en');

/** 1234567 → `1,234,567`. */
export function amount(value: number): string {
  return AMOUNT.format(value);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** 1234567 → `1.2 MB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}

/** Seconds → `3 s`, `2 min 5 s`, `1 h 3 min`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
