/** `notices.csv`: what has become of every notice of a wave. */
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';
import type pg from 'pg';
import { useApproval } from '../approval/by-two.ts';
import type { Matter } from '../approval/matter.ts';
import type { Database, Transaction } from '../db/database.ts';
import { inRolledBackTransaction } from '../db/session.ts';
import { GelombangError } from '../errors.ts';
import { harmless } from '../export/formulas.ts';
import { prepareFile } from '../files/single-file.ts';
import type { WrittenFile } from '../files/unfinished.ts';
import { readWave, type Wave } from '../wave/record.ts';
import { batchBounds, type Stretch, stretchOf } from './batch.ts';
import { type Reader, readersOf } from './readers.ts';

export interface NoticesExport {
  readonly waveId: number;
  readonly path: string;
  /** Addresses too: that may take the word of another person. */
  readonly addresses: boolean;
  readonly operator: string;
  readonly signal?: AbortSignal;
}

export interface NoticesSummary extends WrittenFile {
  readonly wave: number;
  readonly file: string;
  readonly notices: number;
}

const COLUMNS = [
  'registration_no',
  'channel',
  'outcome',
  'state',
  'attempts',
  'changed_at',
  'reason',
  'reference',
  'texts_sha256',
];
const ADDRESS = 'address';

/** What is asked for where the file has addresses. */
export function addressesMatter(wave: number): Matter {
  return { action: 'notices.addresses', subject: { wave } };
}

/**
 * In the order in which they go out. What nobody has begun is `created`. A file of the name is replaced in one moment.
 * @throws GelombangError INPUT_REFUSED for an unknown wave, CONFLICT where it is not published; as the database does where addresses
 * take two people.
 */
export async function exportNotices(database: Database, options: NoticesExport): Promise<NoticesSummary> {
  const { waveId, path, addresses, operator, signal } = options;
  const wave = await readWave(database.sql, waveId);
  if (wave.publishedAt === null)
    throw new GelombangError('CONFLICT', `wave ${waveId} is not published: it has no notices yet`, {
      concerns: { wave: waveId },
      next: `See how far it is: gelombang wave status ${waveId}`,
    });
  const file = await prepareFile(path, signal);
  try {
    if (addresses) await useApproval(database.sql, addressesMatter(waveId), operator);
    const stretches = await stretchesOf(database, wave);
    let notices = 0;
    const written = await inRolledBackTransaction(database, (client) => {
      const lines = linesOf(client, wave, stretches, addresses, (rows) => {
        notices += rows;
      });
      return file.write(stringify([[...COLUMNS, ...(addresses ? [ADDRESS] : [])]]), Readable.from(lines));
    });
    await file.publish();
    return { wave: waveId, file: path, notices, ...written };
  } finally {
    await file.discard();
  }
}

/** As they are planned; as they would be, where they are held. */
async function stretchesOf({ sql }: Database, wave: Wave): Promise<readonly Stretch[]> {
  const planned = await sql<{ lower: string; upper: string }[]>`
    select lower, upper from step where wave_id = ${wave.id} and stage = 'notify' order by part`;
  const bounds =
    planned.length > 0
      ? planned
      : await sql.begin((transaction: Transaction) => batchBounds(transaction, wave));
  return bounds.map(stretchOf);
}

async function* linesOf(
  client: pg.ClientBase,
  wave: Wave,
  stretches: readonly Stretch[],
  addresses: boolean,
  onRows: (rows: number) => void,
): AsyncGenerator<string> {
  for (const stretch of stretches) {
    const readers = await readersOf(client, wave, stretch);
    const begun = await begunOf(client, wave.id, stretch.channel, readers);
    onRows(readers.length);
    yield stringify(readers.map((reader) => rowOf(stretch.channel, reader, begun, addresses)));
  }
}

interface BegunRow {
  readonly registration_no: string;
  readonly state: string;
  readonly attempts: number;
  readonly changed_at: string;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly sha256: string | null;
}

async function begunOf(
  client: pg.ClientBase,
  waveId: number,
  channel: string,
  readers: readonly Reader[],
): Promise<ReadonlyMap<string, BegunRow>> {
  const { rows } = await client.query<BegunRow>(
    `select registration_no, state, attempts, reason, reference, sha256,
      to_char(changed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as changed_at
    from notice left join wording on wording.id = notice.wording
    where wave_id = $1 and notice.channel = $2 and registration_no = any($3)`,
    [waveId, channel, readers.map(({ gave }) => gave.registration_no)],
  );
  return new Map(rows.map((row) => [row.registration_no, row]));
}

/** What others have written is harmless to whoever opens the file. */
function rowOf(
  channel: Stretch['channel'],
  { outcome, gave }: Reader,
  all: ReadonlyMap<string, BegunRow>,
  addresses: boolean,
): (string | number)[] {
  const begun = all.get(gave.registration_no);
  const state = begun?.state ?? 'created';
  const address = channel === 'sms' ? gave.phone : gave.email;
  return [
    gave.registration_no,
    channel,
    outcome,
    state,
    begun?.attempts ?? 0,
    begun?.changed_at ?? '',
    harmless(begun?.reason ?? ''),
    harmless(begun?.reference ?? ''),
    begun?.sha256 ?? '',
    ...(addresses ? [harmless(address)] : []),
  ];
}
