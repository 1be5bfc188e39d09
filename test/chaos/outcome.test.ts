/** What the harness compares, and how it says what differs. */
import { describe, expect, test } from 'vitest';
import { readOptions } from '../../chaos/options.ts';
import { differencesOf, type Outcome } from '../../chaos/outcome.ts';
import { replay } from '../../chaos/report.ts';

const EXPECTED: Outcome = {
  files: { 'results.csv': 'ab', 'pool.csv': 'cd' },
  notices: ['{"registration_no":"A","to":"one"}', '{"registration_no":"B","to":"two"}'],
  ledger: ['match 0 done', 'notify 0 done'],
  left: ['export/results.csv'],
};

function differences(changes: Partial<Outcome>): string {
  return differencesOf({ ...EXPECTED, ...changes }, EXPECTED).join('\n');
}

describe('a wave that came to something else', () => {
  test('is told from one that came to the same', () => {
    expect(differences({})).toBe('');
  });

  test.each<[what: string, changes: Partial<Outcome>, said: string]>([
    ['another file', { files: { 'results.csv': 'ab', 'pool.csv': 'ef' } }, 'pool.csv differs: ef, not cd'],
    ['a file missing', { files: { 'results.csv': 'ab' } }, 'pool.csv differs: undefined, not cd'],
    [
      'a notice twice',
      { notices: [EXPECTED.notices[0] ?? '', ...EXPECTED.notices] },
      '1 notices are there twice',
    ],
    ['a notice missing', { notices: EXPECTED.notices.slice(1) }, '  - A'],
    [
      'other words',
      { notices: ['{"registration_no":"A"}', '{"registration_no":"B"}'] },
      'notices say something else',
    ],
    ['a step not done', { ledger: ['match 0 done', 'notify 0 planned'] }, '  + notify 0 planned'],
    [
      'a file left',
      { left: [...EXPECTED.left, 'notices/x.unfinished'] },
      'left behind: notices/x.unfinished',
    ],
  ])('by %s', (_, changes, said) => {
    expect(differences(changes)).toContain(said);
  });

  test('names no address', () => {
    expect(differences({ notices: [] })).not.toMatch(/one|two/);
  });
});

describe('a case', () => {
  test('is done again by one command', () => {
    const options = readOptions(['--seed', '5', '--backend', 'redis', '--kind', 'kill']);
    if (options === undefined) throw new Error('only help was asked for');
    const command = replay(options, 'kill-3');
    expect(command).toBe('npm run chaos -- --seed 5 --backend redis --only kill-3');
    const again = readOptions(command.split(' ').slice(4));
    expect(again).toMatchObject({ seed: 5, backends: ['redis'], kinds: ['kill'], only: 'kill-3' });
  });

  test.each([
    ['--only kill'],
    ['--only nothing-3'],
    ['--kind nothing'],
    ['--seed x'],
    ['--count 0'],
    ['--hurry'],
  ])('is not what is asked for by %s', (line) => {
    expect(() => readOptions(line.split(' '))).toThrow(/expected|Unknown option/);
  });
});
