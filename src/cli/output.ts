/** Results go to stdout, everything else to stderr. */

import { type Fault, GelombangError } from '../errors.ts';
import { redact } from '../redact.ts';
import { commandAsTyped } from './caller.ts';
import { screen } from './screen.ts';

/** Faults shown on a terminal; with --json all of them are given. */
const MOST_FAULTS = 20;

/** A command that has a result to show and still is not done well: with --json both are one document. */
class ReportedError extends GelombangError {
  readonly report: object;

  constructor(error: GelombangError, report: object) {
    const { concerns, faults, next } = error;
    super(error.code, error.message, { concerns, faults, ...(next === undefined ? {} : { next }) });
    this.report = report;
  }
}

/** There is one document on stdout and no second: of a command that has given its own, an error is told on stderr alone. */
let isDocumented = false;

/** Before a command that is not the first of its process. */
export function beginOutput(): void {
  isDocumented = false;
}

/** One JSON document, or lines for a person. */
export function printResult(json: boolean, document: unknown, lines: () => readonly string[]): void {
  if (json) isDocumented = true;
  const text = json ? JSON.stringify(document, null, 2) : lines().map(asTyped).join('\n');
  if (text !== '') process.stdout.write(`${text}\n`);
}

export function note(text: string): void {
  screen.note(text);
}

export function warn(text: string): void {
  note(`${paint('yellow', 'warning:')} ${asTyped(text)}`);
}

/** What happened, everything that is wrong, what to do next. */
export function printError(error: GelombangError, json: boolean): void {
  if (json && !isDocumented) printErrorDocument(error);
  note(`${paint('red', 'error:')} ${asTyped(sayable(error.message))}`);
  for (const fault of error.faults.slice(0, MOST_FAULTS)) note(`  ${describeFault(fault)}`);
  const hidden = error.faults.length - MOST_FAULTS;
  if (hidden > 0) note(`  … and ${hidden} more: --json shows all of them`);
  if (error.next !== undefined) note(paint('cyan', redact(asTyped(error.next))));
}

/** What went wrong once the work was done: the result is given all the same, and the command ends with the code of the error. */
export function failBesideResult(error: GelombangError): void {
  printError(error, false);
  process.exitCode = error.exitCode;
}

function printErrorDocument(error: GelombangError): void {
  const { code, message, concerns, faults, next } = error;
  const report = error instanceof ReportedError ? error.report : {};
  const redacted = (_key: string, value: unknown) => (typeof value === 'string' ? sayable(value) : value);
  const said = JSON.parse(JSON.stringify({ code, message, concerns, faults, next }, redacted)) as object;
  process.stdout.write(`${JSON.stringify({ ...report, error: said }, null, 2)}\n`);
}

function describeFault({ where, what, hint }: Fault): string {
  const said = `${where}: ${what}`;
  if (hint === undefined) return asTyped(sayable(said));
  // A command ends its line: it is pasted as it stands.
  const hinted = hint.search(COMMAND) < 0 ? `${said} (${hint})` : `${said}\n${hint}`;
  return asTyped(sayable(hinted)).replaceAll('\n', '\n    ');
}

/** Of what is longer, as an argument may be that it quotes, the middle is left out. */
const LONGEST_SAID = 1_000;
const END_SAID = 200;

/** Fit to be shown: what is quoted from an argument or the name of a file may hold what a terminal would obey. */
function sayable(text: string): string {
  const plain = redact(text).replace(/(?!\n)\p{Cc}/gu, (control) => {
    return `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  if (plain.length <= LONGEST_SAID) return plain;
  return `${plain.slice(0, LONGEST_SAID - END_SAID)} … ${plain.slice(-END_SAID)}`;
}

const COMMAND =
  /\bgelombang(?= (?:wave|notices|policy|list|registry|review|import|export|audit|request|installation|keys|verify|explain|simulate|worker|database|demo|dukcapil-stub|--))/g;

/** Commands in a text as they have to be typed here: `npm run -s gelombang -- wave …` from a checkout. */
function asTyped(text: string): string {
  return text.replace(COMMAND, commandAsTyped());
}

/** The same text with settings of the environment in front of its commands. */
export function withSettings(text: string, settings: string): string {
  return text.replace(COMMAND, `${settings}gelombang`);
}

const COLOURS = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1 } as const;

/** In colour where the stream, standard error if not given, shows colours and NO_COLOR is not set. */
export function paint(
  colour: keyof typeof COLOURS,
  text: string,
  stream: NodeJS.WriteStream = process.stderr,
): string {
  const shown = stream.isTTY && stream.hasColors();
  return shown ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** Lines or the document of a command that is done, and then, if there is one, the error that it ends with. */
export function printOutcome(
  json: boolean,
  report: object,
  lines: () => readonly string[],
  error: GelombangError | undefined,
): void {
  if (json && error !== undefined) throw new ReportedError(error, report);
  printResult(json, report, lines);
  if (error !== undefined) throw error;
}
