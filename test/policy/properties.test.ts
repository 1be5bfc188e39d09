import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { GelombangError } from '../../src/errors.ts';
import { LANGUAGES } from '../../src/policy/language.ts';
import { policyFromValue, readPolicy } from '../../src/policy/read.ts';
import { policySentences } from '../../src/policy/sentences.ts';
import { policies, predicates, writtenAnyhow } from './arbitrary.ts';

test('the same policy has the same canonical form and hash, however it is written', () => {
  fc.assert(
    fc.property(
      policies,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      (policy, numbers) => {
        const random = () => numbers.next().value as number;
        const read = readPolicy(writtenAnyhow(policy, random), 'p.yaml');
        expect(read.policy).toEqual(policy);
        expect(read).toEqual(readPolicy(writtenAnyhow(policy, random), 'p.yaml'));
        // What is stored and published is a policy file again, of the same policy.
        expect(readPolicy(read.canonical, 'p.yaml')).toEqual(read);
        expect(policyFromValue(JSON.parse(read.canonical), 'p.yaml')).toEqual(read);
      },
    ),
    { numRuns: 150 },
  );
});

test('a fault within any condition is told with its line', () => {
  fc.assert(
    fc.property(policies, fc.array(predicates, { maxLength: 3 }), (policy, before) => {
      const entries = [...before, { any: [{ not: { disability: 'ja' } }] }].map((each) =>
        JSON.stringify(each),
      );
      const start = stringify({ ...policy, priority: undefined });
      const text = `${start}priority:\n${entries.map((entry) => `  - ${entry}\n`).join('')}`;
      const line = text.trimEnd().split('\n').length;
      const faults = faultsOf(text);
      const place = `priority.${before.length}.any.0.not.disability`;
      expect(faults).toContainEqual({
        where: `p.yaml:${line}`,
        what: `${place}: expected true or false, got \`"ja"\``,
      });
    }),
    { numRuns: 50 },
  );
});

test('every policy can be said in words, in both languages', () => {
  fc.assert(
    fc.property(policies, fc.constantFrom(...LANGUAGES), (policy, language) => {
      for (const { heading, lines } of policySentences({ ...policy, name: 'any', rules: [] }, language)) {
        expect(lines.length).toBeGreaterThan(0);
        for (const said of [heading, ...lines]) {
          expect(said).not.toMatch(/undefined|null|NaN|\[object| {2,}|\(\)|[$<>{}]|_[a-z]/);
        }
      }
    }),
    { numRuns: 100 },
  );
});

function faultsOf(text: string): readonly object[] {
  try {
    readPolicy(text, 'p.yaml');
  } catch (error) {
    if (error instanceof GelombangError) return error.faults;
    throw error;
  }
  throw new Error('the policy was not refused');
}

test('any text at all is refused in words, or is a policy that is the same in its canonical form', () => {
  const pieces = fc.constantFrom(
    ...[
      'name',
      'quota',
      'regions',
      'priority',
      'not',
      'all',
      'list',
      ': ',
      '- ',
      ', ',
      '\n',
      '\n  ',
      '"',
      "'",
    ],
    ...[
      '[',
      ']',
      '{',
      '}',
      '&a ',
      '*a',
      '<<',
      '!!str ',
      '|\n',
      '? ',
      '1e309',
      '.inf',
      '~',
      '\0',
      '\t',
      '\ufeff',
      '---\n',
    ],
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((some) => some.join('')),
    fc.tuple(policies, fc.nat(), pieces, fc.nat({ max: 20 })).map(([policy, at, piece, length]) => {
      const text = stringify(policy);
      const place = at % text.length;
      return text.slice(0, place) + piece + text.slice(place + length);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let canonical: string;
      try {
        ({ canonical } = readPolicy(text, 'p.yaml'));
      } catch (error) {
        expect(error).toBeInstanceOf(GelombangError);
        expect(error).toMatchObject({ code: 'INPUT_REFUSED' });
        expect((error as GelombangError).faults.length).toBeGreaterThan(0);
        return;
      }
      expect(readPolicy(canonical, 'p.yaml').canonical).toBe(canonical);
    }),
    { numRuns: 200 },
  );
});
