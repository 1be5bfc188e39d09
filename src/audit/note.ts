/**
 * This machine's own note of the audit log: the newest head that it has seen, in a file outside of the database. Whoever owns
 * the database can cut off the end of the log, and its chain is whole then; the note is out of their reach.
 */
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Queryable } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { makeFolder } from '../files/folders.ts';
import { writeWhole } from '../files/whole.ts';
import { FOLDER_OF_OWNER } from '../files/writing.ts';
import type { Anchor } from './chain.ts';
import type { Head } from './entry.ts';

/** How often the newest file may be gone when it is read: another process has noted what came after it. */
const MOST_LOOKS = 20;

export class HeadNote {
  readonly #folder: string;
  readonly #installation: string;
  readonly #warn: (what: string) => void;
  #isTold = false;

  /** @param folder Made when there is something to note. @param warn Is told once where the note cannot be kept. */
  constructor(folder: string, installation: string, warn: (what: string) => void) {
    this.#folder = folder;
    this.#installation = installation;
    this.#warn = warn;
  }

  /** Undefined where this machine has noted nothing yet. @throws GelombangError INPUT_REFUSED for a note that cannot be read. */
  async read(): Promise<Anchor | undefined> {
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const newest = (await this.#files()).findLast(({ name }) => name.endsWith('.json'));
      if (newest === undefined) return undefined;
      const path = join(this.#folder, newest.name);
      const text = await readFile(path, 'utf8').catch(unlessGone);
      if (text !== undefined) return anchorIn(text, newest.entry, path);
    }
    throw unreadable(this.#folder);
  }

  /** Notes the head, unless the log does not go through what was noted before. Never fails. */
  async follow(sql: Queryable, head: Head): Promise<void> {
    try {
      const noted = await this.read();
      if (noted !== undefined && !(await goesThrough(sql, noted)))
        return this.#tell(
          `the audit log does not go through entry ${noted.entry}, which this machine has noted: gelombang audit verify`,
        );
      if (head.entry > (noted?.entry ?? 0)) await this.#write(head);
    } catch (error) {
      this.#tell(
        `this machine cannot note how far it has seen the audit log: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /**
   * A file for each head, of which only the newest stays: two processes at once never put an older one in the place of a newer one, and
   * what one that was killed has left goes with the next. The older ones go once the newest is on the disk.
   */
  async #write({ entry, sha256 }: Head): Promise<void> {
    await makeFolder(this.#folder, FOLDER_OF_OWNER);
    const path = join(this.#folder, `${this.#installation}.${entry}.json`);
    // The draft is gone where another process has noted a newer one meanwhile.
    await writeWhole(path, `${JSON.stringify({ audit: { entry, sha256 } })}\n`).catch(unlessGone);
    for (const file of await this.#files())
      if (file.entry < entry) await rm(join(this.#folder, file.name), { force: true });
  }

  /** Those of this installation, the newest last; drafts too. */
  async #files(): Promise<{ readonly name: string; readonly entry: number }[]> {
    const names = (await readdir(this.#folder).catch(unlessGone)) ?? [];
    const prefix = `${this.#installation}.`;
    return names
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ name, entry: Number.parseInt(name.slice(prefix.length), 10) }))
      .filter(({ entry }) => Number.isSafeInteger(entry))
      .sort((a, b) => a.entry - b.entry);
  }

  #tell(what: string): void {
    if (!this.#isTold) this.#warn(what);
    this.#isTold = true;
  }
}

async function goesThrough(sql: Queryable, { entry, sha256 }: Head): Promise<boolean> {
  const [found] = await sql<{ hash: string }[]>`select hash from audit where number = ${entry}`;
  return found?.hash === sha256;
}

function anchorIn(text: string, entry: number, path: string): Anchor {
  const { sha256 } = partsOf(text);
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) throw unreadable(path);
  const hint = `if you have restored an older backup: write down when and why, and move ${path} away; a new note is begun then`;
  return { entry, sha256, said: "this machine's own note", hint };
}

function partsOf(text: string): { readonly sha256?: unknown } {
  try {
    return (JSON.parse(text) as { audit?: object }).audit ?? {};
  } catch {
    return {};
  }
}

function unreadable(path: string): GelombangError {
  return new GelombangError('INPUT_REFUSED', `${path} is no note of the audit log: it is damaged`, {
    next: 'Find out who has changed it. Moved away, it is begun anew by the next command.',
  });
}

function unlessGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
