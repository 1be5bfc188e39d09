/** Whose turn it is, and who has had enough of them. */
import { expect, test } from 'vitest';
import { Turns } from '../../src/dukcapil/turns.ts';

function questions(count: number) {
  const rest = { kk: '3171012501060007', fullName: 'BUDI', birthDate: '1945-08-17', threshold: 80 };
  return Array.from({ length: count }, (_, at) => ({ nik: `317101${1708450001 + at}`, ...rest }));
}

test('everybody is taken once, in order', () => {
  const turns = new Turns(questions(3));
  expect([0, 1, 2].map((now) => turns.take(now).place)).toEqual([0, 1, 2]);
  expect(turns.isEmpty).toBe(true);
});

test('whoever is put back comes again when it is due, before those who were not asked yet', () => {
  const turns = new Turns(questions(3));
  const [first, second] = [turns.take(0), turns.take(0)];
  first.due = 500;
  second.due = 300;
  for (const turn of [first, second]) turns.putBack(turn);
  expect(turns.wait(100)).toBe(0);
  expect(turns.take(300).place).toBe(1);
  expect(turns.take(300).place).toBe(2);
  expect(turns.wait(300)).toBe(200);
  expect(turns.isEmpty).toBe(false);
  expect(turns.take(500).place).toBe(0);
  expect(turns.isEmpty).toBe(true);
});

test('one that failed is not what a service is tried with that is gone', () => {
  const turns = new Turns(questions(2));
  turns.putBack(turns.take(0));
  expect([turns.take(0, true).place, turns.take(0, true).place]).toEqual([1, 0]);
});

test('each failure has it wait, and longer in the end', () => {
  const [turn] = [new Turns(questions(1)).take(0)];
  const waits = Array.from({ length: 12 }, () => {
    turn.failed(1000, 0);
    return turn.due - 1000;
  });
  expect(waits.every((wait) => wait > 0 && wait <= 1500)).toBe(true);
  expect(waits.at(-1)).toBe(1500);
});

test('it fails on its own account only if others were answered since it failed first', () => {
  const turn = new Turns(questions(1)).take(0);
  expect(turn.isSuspect(7)).toBe(false);
  turn.failed(0, 7);
  expect(turn.isSuspect(7)).toBe(false);
  expect(turn.isSuspect(8)).toBe(true);
  turn.failed(0, 8);
  expect(turn.isSuspect(8)).toBe(true);
});

test('it is given up some time', () => {
  const turn = new Turns(questions(1)).take(0);
  const tries = Array.from({ length: 9 }, () => turn.isTriedAgain());
  expect(tries.indexOf(false)).toBe(7);
});
