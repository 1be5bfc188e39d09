/** What the system, the database or the queue says of itself is put into words: what, where, and what to do next. */
import { describe, expect, test } from 'vitest';
import { inWords } from '../../src/cli/fault.ts';

/** As Node and both clients of PostgreSQL have them. */
function failed(code: string, about: object = {}, message = 'as it was said'): Error {
  return Object.assign(new Error(message), { code, ...about });
}

describe('an error', () => {
  test.each([
    ['of a full disk', failed('ENOSPC', { path: '/out/results.csv' }), '/out/results.csv: the disk is full'],
    ['of a full disk, of a file without a name', failed('ENOSPC'), 'the disk is full'],
    ['of a quota', failed('EDQUOT', { path: '/out/a' }), '/out/a: the disk quota is used up'],
    ['of a disk', failed('EIO', { path: '/out/a' }), '/out/a: the disk failed'],
    ['of too many files', failed('EMFILE', { path: '/in/a' }), '/in/a: too many files are open'],
    ['of the full disk of the database', failed('53100'), 'the disk of the database is full: as it was said'],
    ['of its memory', failed('53200'), 'the database has no memory left: as it was said'],
    ['of its connections', failed('53300'), 'the database has no connection left: as it was said'],
  ])('%s is one that goes away, and says that nothing half done stays', (_, error, message) => {
    expect(inWords(error)).toMatchObject({ code: 'UNEXPECTED', message, cause: error });
    expect(inWords(error)?.next).toMatch(/^Nothing half done stays\. /);
  });

  test.each([
    ['EACCES', 'this user may not'],
    ['EROFS', 'the disk is read-only'],
    ['ENOENT', 'there is no such file or folder'],
    ['EISDIR', 'it is a folder'],
    ['ENAMETOOLONG', 'the name is too long'],
  ])('%s is one of what was given, and names it', (code, why) => {
    expect(inWords(failed(code, { path: '/in/a' }))).toMatchObject({
      code: 'INPUT_REFUSED',
      message: expect.stringContaining(`/in/a cannot be used: ${why}`),
    });
    expect(inWords(failed(code, { path: '/tmp/a', dest: '/out/b' }))?.message).toContain('/out/b');
  });

  test('that is not known stays what it is', () => {
    expect(inWords(failed('EWEIRD', { path: '/in/a' }))).toBeUndefined();
    expect(inWords(failed('ENOENT'))).toBeUndefined();
    expect(inWords('thrown')).toBeUndefined();
  });
});
