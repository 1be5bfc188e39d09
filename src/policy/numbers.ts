/** Numbers of a policy file that mean one thing to whoever reads them: written as in JSON. */
import { visit } from 'yaml';
import type { Fault } from '../errors.ts';
import type { Source } from './faults.ts';

const AS_IN_JSON = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/** Those that YAML takes for a number and a person perhaps for another one: `010` is 10, `0x10` is 16. */
export function guessedNumbers({ document, lineOf }: Source): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Scalar(_key, { value, source = '', range }) {
      if (typeof value !== 'number' || !/^[-+]?\d/.test(source) || AS_IN_JSON.test(source)) return;
      faults.push({
        where: lineOf(range?.[0] ?? 0),
        what: `${source} is perhaps not the number that is meant: YAML takes it for ${value}`,
        hint: 'write it in digits alone, without zeros before them; a text goes in quotes',
      });
    },
  });
  return faults;
}
