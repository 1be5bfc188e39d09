/** How the audit log is shown to people: a line for each deed, and below it what is new. */
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../src/audit/entry.ts';
import type { Deed } from '../../src/audit/read.ts';
import { deedLines } from '../../src/cli/audit-lines.ts';

const BEGUN: Entry = {
  ...{ number: 21, at: '2021-05-02T03:00:00.123456Z', operator: 'sari', login: 'sari', account: 'sari' },
  ...{ host: 'prakerja-1', process: 4711, address: null, action: 'explain', outcome: 'begun', began: null },
  ...{ code: null, subject: '{"registration_no":"REG-17","wave":17}', reason: null, previous: '', hash: '' },
};

const DONE: Entry = { ...BEGUN, number: 22, outcome: 'done', began: 21 };

/** Without the head. */
const linesOf = (deeds: readonly Deed[], atWork = [{ host: 'elsewhere', pid: 4711 }]) =>
  deedLines(deeds, atWork).slice(1);

describe('a deed', () => {
  test('is one line, with what became of it; from where it came stands below it once', () => {
    expect(
      linesOf([
        [BEGUN, DONE],
        [
          { ...BEGUN, number: 23 },
          { ...DONE, outcome: 'refused', code: 'CONFLICT' },
        ],
      ]),
    ).toEqual([
      '   21  2021-05-02 03:00:00  sari  explain  wave 17, registration_no REG-17  done',
      '                            from sari on prakerja-1, login sari',
      '   23  2021-05-02 03:00:00  sari  explain  wave 17, registration_no REG-17  refused (CONFLICT)',
    ]);
  });

  test('from another place than before says so', () => {
    const other = { ...BEGUN, login: 'other', address: '10.0.0.7' };
    expect(
      linesOf([
        [BEGUN, DONE],
        [other, DONE],
      ])[3],
    ).toMatch(/^ +from sari on prakerja-1, login other, address 10\.0\.0\.7$/);
  });

  test('says why', () => {
    expect(linesOf([[{ ...BEGUN, reason: 'a complaint' }, DONE]])[1]).toMatch(/^ +why: a complaint$/);
  });

  test('that has not ended is under way where its process is known to be at work, and else nobody knows', () => {
    expect(linesOf([[BEGUN]])[0]).toMatch(/ {2}under way or cut off$/);
    expect(linesOf([[BEGUN]], [{ host: 'prakerja-1', pid: 4711 }])[0]).toMatch(/ {2}under way$/);
  });

  test('of the program itself has no operator, and hashes are for --json', () => {
    const subject = JSON.stringify({ seed: 'a'.repeat(64), counts: { a: 1 }, wave: 17, quota: 5 });
    const published = { ...BEGUN, operator: null, action: 'wave.published', outcome: 'done', subject };
    expect(linesOf([[published]])[0]).toMatch(
      / {2}the program {2}wave\.published {2}wave 17, quota 5 {2}done$/,
    );
  });

  test('that is long goes on in the next line, within a hundred columns', () => {
    const subject = JSON.stringify({ file: 'f'.repeat(40), list: 'l'.repeat(40), source: 's '.repeat(70) });
    const lines = linesOf([
      [
        { ...BEGUN, subject },
        { ...DONE, subject, code: 'CONFLICT', outcome: 'refused' },
      ],
    ]);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.join('\n')).toContain('refused (CONFLICT)');
  });
});
