import { cp, lstat, mkdir, readFile, readlink, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from '../../src/embedded/account.ts';
import { findPackage, usableBinaries } from '../../src/embedded/binaries.ts';
import { locate } from '../../src/embedded/place.ts';
import { joinEmbeddedServer } from '../../src/embedded/server.ts';
import { afterTest } from '../support/ends.ts';
import { exists, isStopped, query, temporaryHome } from './homes.ts';

const asRoot = process.getuid?.() === 0;

describe('the place of the server', () => {
  it('is in the home, with the socket elsewhere when its path would be too long', async () => {
    const home = await temporaryHome(0o755, 'long-'.repeat(30));
    const { address, release } = await joinEmbeddedServer(home);
    expect(Buffer.byteLength(address.host)).toBeLessThan(90);
    expect((await lstat(address.host)).mode & 0o777).toBe(0o700);
    expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
    await release();
    expect(await isStopped(home)).toBe(true);
  });

  it('may have a name that is hard to write', async () => {
    const home = await temporaryHome(0o755, `a, 'b' "c" $d`);
    const { address, release } = await joinEmbeddedServer(home);
    expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
    await release();
  });

  it('is not made anew when what it points to has gone', async () => {
    const home = await temporaryHome();
    await mkdir(home);
    const pointer = join(home, 'postgresql');
    await symlink('/nowhere', pointer);
    afterTest(() => rm(pointer));
    await expect(joinEmbeddedServer(home)).rejects.toMatchObject({
      name: 'GelombangError',
      next: expect.stringContaining(pointer),
    });
  });

  it.skipIf(!asRoot)(
    'is where its user gets to, when root has a home of its own (run as root only)',
    async () => {
      const home = await temporaryHome(0o700);
      const { address, release } = await joinEmbeddedServer(home);
      expect(await query(address, 'select 1 as one')).toEqual([{ one: 1 }]);
      const directory = await readlink(join(home, 'postgresql'));
      expect(await readFile(join(home, 'POSTGRESQL-IS-ELSEWHERE.txt'), 'utf8')).toContain(directory);
      expect((await lstat(join(directory, 'cluster'))).uid).not.toBe(0);
      await release();
      expect(await isStopped(home)).toBe(true);
    },
  );
});

describe('the programs of the server', () => {
  it('are copied with their links when they cannot run where they are, and copied again when a part is lost', async () => {
    const home = await temporaryHome();
    const packages = await temporaryHome(0o700);
    const place = await locate(home);
    const real = await findPackage();
    const native = join(packages, 'native');
    await cp(real.native, native, { recursive: true, filter: withoutLinks });

    const version = `test-${process.pid}`;
    const { postgres } = await usableBinaries(place, { native, version });
    const copy = dirname(dirname(postgres));
    afterTest(() => rm(copy, { recursive: true }));
    expect(copy).toContain(version);
    expect(await run(place.account, postgres, ['-V'])).toContain('18.');
    expect(await exists(join(copy, 'bin', 'pg_ctl'))).toBe(false);

    const lost = join(copy, 'share', 'postgresql', 'postgres.bki');
    await rm(lost);
    await usableBinaries(place, { native, version });
    expect(await exists(lost)).toBe(true);
  });
});

async function withoutLinks(path: string): Promise<boolean> {
  return !(await lstat(path)).isSymbolicLink();
}
