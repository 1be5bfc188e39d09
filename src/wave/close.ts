/** Closes a wave: from here on no application comes in, and what it is decided by is fixed. */
import { hostname } from 'node:os';
import type { Database, Transaction } from '../db/database.ts';
import { one } from '../db/rows.ts';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Log } from '../log.ts';
import { matchSourceOf } from '../policy/policy.ts';
import { askAgain, isAsked } from './asking.ts';
import { type Beacon, refuseKnownRound, takeBeacon } from './beacon.ts';
import { type ChannelOfWave, setChannels } from './channels.ts';
import { closeCommand } from './close-command.ts';
import { refuseWhileImporting } from './imports-under-way.ts';
import { type EnteredRun, type LedRun, readRun, takeLead, takeUp } from './leader.ts';
import { refuseOtherChannels } from './other-channels.ts';
import { partsFor } from './parts.ts';
import { readWave, type Wave } from './record.ts';
import { fixReferences } from './references.ts';
import { endPause } from './registry-service.ts';
import { refuseVoid } from './voided.ts';

export interface CloseRequest {
  readonly waveId: number;
  /** 64 hex digits that take the place of the wave's secret in the draw. */
  readonly entropy: string | undefined;
  /** The round of the beacon that the wave was opened with, once it is frozen. */
  readonly beacon?: Beacon;
  /** Close although imports were cut off, without what they would have brought. */
  readonly withoutUnfinished: boolean;
  /** Close although no file was imported. */
  readonly empty: boolean;
  /** Publish, and hold the notices until they are released. Until the wave is published the latest close counts. */
  readonly holdNotices?: boolean;
  /** Over which channels its notices go; the file if not given. Once it is published they are those of the close. */
  readonly channels?: readonly ChannelOfWave[];
  /** Whether this installation knows how the registry's web service is called. */
  readonly canCall?: boolean;
  /** Goes on, and publishes, although the registry gave no answer on some applications: by whose word. */
  readonly unverifiedBy?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now?: number;
  /** Into how many parts the wave is cut; as its size asks for where it is not given. */
  readonly parts?: number;
  /** The id under which the same process led the run before it lost the connection. */
  readonly leader?: string;
}

/**
 * Takes the lead of the wave's run, beginning it if it is not begun.
 * @throws GelombangError CONFLICT where someone else leads, an import is under way or cut off, or the wave is through;
 * INPUT_REFUSED where the registry or a list of the policy is missing.
 */
export async function beginClose(database: Database, request: CloseRequest, log: Log): Promise<LedRun> {
  await readWave(database.sql, request.waveId);
  const led = await takeLead(database, request.waveId, (sql) => enterClosing(sql, request), request.leader);
  const { run, resumed } = led;
  logEvent(log, resumed ? 'wave.resumed' : 'wave.closing', { wave: request.waveId, run });
  return led;
}

async function enterClosing(sql: Transaction, request: CloseRequest): Promise<EnteredRun> {
  const { waveId, holdNotices = false, now = Date.now() } = request;
  await sql`select 1 from wave where id = ${waveId} for update`;
  const wave = await readWave(sql, waveId);
  if (wave.state !== 'open') return resume(sql, wave, request);
  refuseOtherEntropy(wave, request);
  refuseWithoutService(wave, request);
  refuseKnownRound(wave, now);
  await refuseWhileImporting(sql, request);
  await refuseEmpty(sql, request);
  await fixReferences(sql, wave);
  await sql`
    update wave set state = 'closing', entropy_given = ${request.entropy ?? null}, notices_held = ${holdNotices}
    where id = ${waveId}`;
  const { run } = await one(
    sql<{ run: number }[]>`
      insert into run (wave_id, host, pid, parts)
      values (${waveId}, ${hostname()}, ${process.pid}, ${request.parts ?? (await partsOf(sql, waveId))})
      returning id as run`,
    'the run',
  );
  await setChannels(sql, waveId, request.channels);
  await setWord(sql, request);
  await endPause(sql, wave);
  return { run, resumed: false };
}

/** Whether the wave goes on without the answers that are missing: by the latest close. */
async function setWord(sql: Transaction, { waveId, unverifiedBy }: CloseRequest): Promise<void> {
  await sql`
    update wave set unverified_by = ${unverifiedBy ?? null}, unverified_at = case when ${unverifiedBy !== undefined} then now() end
    where id = ${waveId}`;
}

async function partsOf(sql: Transaction, waveId: number): Promise<number> {
  const { applications } = await one(
    sql<{ applications: number }[]>`
      select coalesce(sum(rows_taken), 0)::float8 as applications from import_file
      where wave_id = ${waveId} and finished_at is not null`,
    'the applications of the wave',
  );
  return partsFor(applications);
}

async function resume(sql: Transaction, wave: Wave, request: CloseRequest): Promise<EnteredRun> {
  const { entropy, holdNotices = false, now = Date.now() } = request;
  refuseVoid(wave);
  const { run, finished } = await readRun(sql, wave.id);
  if (finished && wave.state === 'published') throw closedBefore(wave, run);
  if (request.beacon !== undefined) await takeBeacon(sql, wave, request.beacon);
  else if (wave.frozenAt === null) refuseKnownRound(wave, now);
  if (entropy !== undefined && entropy !== wave.entropyGiven) {
    throw new GelombangError('CONFLICT', `run ${run} of wave ${wave.id} was begun with other entropy`, {
      concerns: { wave: wave.id, run },
      next: `Go on without --entropy: ${closeCommand(wave.id, holdNotices)}`,
    });
  }
  if (holdNotices !== wave.noticesHeld) {
    if (wave.state === 'published') throw heldOtherwise(wave, run);
    await sql`update wave set notices_held = ${holdNotices} where id = ${wave.id}`;
  }
  refuseWithoutService(wave, request);
  if (wave.state === 'published') await refuseOtherChannels(sql, wave.id, request.channels);
  else await setChannels(sql, wave.id, request.channels);
  if (!(await isAsked(sql, wave.id))) {
    await setWord(sql, request);
    await endPause(sql, wave);
    await askAgain(sql, wave.id);
  }
  return takeUp(sql, run);
}

/** Before anything is touched: a wave that cannot be asked for is not to be half closed. */
function refuseWithoutService({ id, policy, frozenAt }: Wave, { canCall = true }: CloseRequest): void {
  if (canCall || matchSourceOf(policy) !== 'dukcapil' || frozenAt !== null) return;
  throw new GelombangError(
    'INPUT_REFUSED',
    `wave ${id} asks Dukcapil's web service, and how it is called is not set`,
    {
      concerns: { wave: id },
      next: 'Set DUKCAPIL_URL, DUKCAPIL_USER_ID, DUKCAPIL_PASSWORD and DUKCAPIL_IP_USER, then close the wave.',
    },
  );
}

/** What the entropy will be was said when the wave was opened. */
function refuseOtherEntropy(
  { id, entropySource }: Wave,
  { entropy, beacon, holdNotices }: CloseRequest,
): void {
  if (beacon === undefined && (entropy === undefined || entropySource === 'secret')) return;
  const plain = closeCommand(id, holdNotices);
  const refused = (what: string, next: string) =>
    new GelombangError('CONFLICT', what, { concerns: { wave: id }, next });
  if (entropySource === 'secret')
    throw refused(
      `wave ${id} was opened with a secret: it takes no beacon`,
      `Close it without --beacon: ${plain}`,
    );
  if (beacon === undefined)
    throw refused(
      `wave ${id} was opened with a round of a beacon: no other entropy takes its place`,
      `Close it without --entropy: ${plain}`,
    );
  throw refused(
    `the entropy of wave ${id} is taken in when its pool is frozen, and not before`,
    `Close it without --beacon first: ${plain}`,
  );
}

function closedBefore({ id, publishedAt, noticesHeld }: Wave, run: number): GelombangError {
  return new GelombangError(
    'CONFLICT',
    `wave ${id} is already closed: published by run ${run} at ${publishedAt}`,
    {
      concerns: { wave: id, run },
      next: noticesHeld
        ? `Its notices are held; send them with: gelombang notices release ${id}`
        : `Its results: gelombang export ${id} --out DIR`,
    },
  );
}

/** Publication is what settles it: from there on notices go out, or wait for their release. */
function heldOtherwise({ id, noticesHeld }: Wave, run: number): GelombangError {
  const [what, next] = noticesHeld
    ? ['its notices are held', 'Send them with']
    : ['its notices are being sent: they cannot be held any more', 'Go on sending them with'];
  return new GelombangError('CONFLICT', `wave ${id} is published, and ${what}`, {
    concerns: { wave: id, run },
    next: `${next}: gelombang notices release ${id}`,
  });
}

/** A wave is published once: a number that was mistyped is not to be found out afterwards. */
async function refuseEmpty(sql: Transaction, { waveId, empty, holdNotices }: CloseRequest): Promise<void> {
  const files =
    await sql`select 1 from import_file where wave_id = ${waveId} and finished_at is not null limit 1`;
  if (files.length > 0 || empty) return;
  throw new GelombangError('INPUT_REFUSED', `no file of applications was imported into wave ${waveId}`, {
    concerns: { wave: waveId },
    next: `Import one, or close it without applications on purpose: ${closeCommand(waveId, holdNotices)} --empty`,
  });
}
