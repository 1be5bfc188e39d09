/** The people of a version of the registry as they are kept: blocks of one bucket each, the NIKs by themselves, sealed. */
import type pg from 'pg';
import type { BinaryRow } from '../db/binary-copy.ts';
import { keysOf } from '../db/database.ts';
import type { Keys } from '../keys/keys.ts';
import { ENTRY, KNOWN, type People } from './people.ts';
import { type Sealed, SealedColumns } from './sealed-columns.ts';
import { type Asking, askingBy, Held, openTally, sealTally, type Tally } from './tally.ts';

/** What a block is bound to, all that is in clear of it: so its columns belong to each other, and it is never there twice. */
interface InSnapshot {
  readonly snapshotId: number;
  readonly bucket: number;
  readonly position: number;
  readonly people: number;
}

const placeOf =
  (column: string) =>
  ({ snapshotId, bucket, position, people }: InSnapshot) =>
    `registry_block.${column} of ${snapshotId}, bucket ${bucket}, position ${position}: ${people} people`;

export const SEALED_NIKS = new SealedColumns(ENTRY, placeOf('niks'));
const SEALED_KNOWN = new SealedColumns(KNOWN, placeOf('columns'));

/** The columns of the table that `peopleIn` expects before those that are sealed. */
export const PLACE_OF_PEOPLE = 'bucket, position, people';

/** A row as it is read: where it is, and what is sealed of it, in the order in which that was asked for. */
export function peopleIn(
  snapshotId: number,
  [bucket, position, people, ...sealed]: BinaryRow,
): [at: InSnapshot, ...sealed: Sealed[]] {
  const at = {
    snapshotId,
    bucket: bucket?.readInt16BE() ?? 0,
    position: position?.readInt32BE() ?? 0,
    people: people?.readInt32BE() ?? 0,
  };
  return [at, ...sealed];
}

export function sealPeople(
  keys: Keys,
  at: InSnapshot,
  people: People,
): { readonly niks: Buffer; readonly columns: Buffer } {
  return { niks: SEALED_NIKS.seal(keys, at, people), columns: SEALED_KNOWN.seal(keys, at, people) };
}

/** @throws as `Keys.opened` does. */
export async function openPeople(
  keys: Keys,
  at: InSnapshot,
  { niks, columns }: { readonly niks: Sealed; readonly columns: Sealed },
): Promise<People> {
  const { of } = await SEALED_NIKS.open(keys, at, niks);
  const known = await SEALED_KNOWN.open(keys, at, columns);
  return { rows: known.rows, of: { ...of, ...known.of } };
}

/** A version, and all of it that is believed. */
export interface VersionOfRegistry {
  readonly id: number;
  readonly kind: string;
  /** `YYYY-MM-DD`. */
  readonly asOf: string;
  readonly importId: number;
}

function placeOfTally({ id, kind, asOf, importId }: VersionOfRegistry): string {
  return `registry_snapshot.tally of version ${id}: ${kind} as of ${asOf}, import ${importId}`;
}

/** With the last of its blocks: how many people it has in each bucket. */
export async function keepPeople(
  client: pg.ClientBase,
  version: VersionOfRegistry,
  tally: Tally,
): Promise<void> {
  await client.query('update registry_snapshot set people = $2, tally = $3 where id = $1', [
    version.id,
    tally.reduce((sum, people) => sum + people, 0),
    sealTally(keysOf(client), placeOfTally(version), tally),
  ]);
}

/** What the blocks of a version have to come to. @throws Tampered where it was not made by an import. */
export async function heldPeople(client: pg.ClientBase, id: number): Promise<Held> {
  return new Held(`the people of version ${id} of the registry`, await tallyOfPeople(askingBy(client), id));
}

/** @throws as `heldPeople` does. */
export async function tallyOfPeople({ keys, ask }: Asking, id: number): Promise<Tally> {
  const [found] = (await ask(`select id, kind, as_of::text as "asOf", import_id as "importId", tally
    from registry_snapshot where id = ${Number(id)}`)) as readonly (VersionOfRegistry & { tally: Sealed })[];
  return openTally(keys, placeOfTally(found ?? { id, kind: 'none', asOf: '', importId: 0 }), found?.tally);
}
