/** How settings in the environment are read, whatever they are of: what is set is checked, and faults never hold it. */
import type { Fault } from './errors.ts';

/** How a setting is read. */
export interface Environment {
  readonly faults: Fault[];
  /** Undefined where it is not set, or blank. */
  text(name: string): string | undefined;
  /** The same where it holds what cannot be used, which is a fault then. */
  checked(name: string, expected: string, isUsable: (text: string) => boolean): string | undefined;
}

/** Of a web service: what would be in the address could get into a log. */
export function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '' && !/[?#\s]/.test(text);
}

/** On one line, and nothing around it. */
export function isText(text: string): boolean {
  return /^[^\p{C}]{1,200}$/u.test(text) && text.trim() === text;
}

export interface Range {
  readonly most: number;
  readonly default: number;
}

/** @returns As it is set, or the default. */
export function number(environment: Environment, name: string, { most, default: usual }: Range): number {
  const isCount = (text: string) => /^[1-9]\d{0,5}$/.test(text) && Number(text) <= most;
  return Number(environment.checked(name, `a whole number from 1 to ${most}`, isCount) ?? usual);
}

/** @returns Milliseconds. */
export function seconds(
  environment: Environment,
  name: string,
  range: Range & { readonly least: number },
): number {
  const { least, most, default: usual } = range;
  const isDuration = (text: string) =>
    /^\d{1,6}(\.\d{1,3})?$/.test(text) && Number(text) >= least && Number(text) <= most;
  const text = environment.checked(name, `seconds, from ${least} to ${most}`, isDuration);
  return Math.round(Number(text ?? usual) * 1000);
}

/** The same, and undefined where nothing is set. */
export function limit(environment: Environment, name: string, most: number): number | undefined {
  return environment.text(name) === undefined
    ? undefined
    : number(environment, name, { most, default: most });
}
