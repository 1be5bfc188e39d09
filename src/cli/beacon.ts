/** The round of the beacon that a frozen wave waits for: from a file, from the command line, or over the network. */
import { setTimeout as rest } from 'node:timers/promises';
import { GelombangError } from '../errors.ts';
import { readSmallFile } from '../files/reading.ts';
import { type Beacon, readBeacon } from '../wave/beacon.ts';
import { fetchBeacon } from '../wave/beacon-fetch.ts';
import type { WaveStatus } from '../wave/status.ts';
import { note, warn } from './output.ts';
import type { Session } from './session.ts';
import { throwIfStopping } from './stopping.ts';
import { duration, moment } from './words.ts';

/** Bytes; one has 300. */
const LONGEST_ROUND = 1 << 16;
/** Milliseconds that a command waits for a round; for a later one it is to be given again. */
const LONGEST_WAIT = 5 * 60_000;
/** Milliseconds after which servers have a round. */
const SPREADING = 1_500;

/**
 * @param given The JSON of a round, or the name of a file with it.
 * @throws GelombangError INPUT_REFUSED for anything else.
 */
export async function beaconGiven(given: string): Promise<Beacon> {
  if (given.trimStart().startsWith('{')) return readBeacon(given, '--beacon');
  return readBeacon((await readSmallFile(given, LONGEST_ROUND)).toString('utf8'), given);
}

/** The round that the wave waits for, where it is due soon and can be fetched; whatever the network says is told. */
export async function beaconFetched(
  { config, signal }: Session,
  { beacon, held }: WaveStatus,
): Promise<Beacon | undefined> {
  if (held !== 'entropy' || beacon === null || config.beaconUrls.length === 0) return undefined;
  const wait = Date.parse(beacon.time) + SPREADING - Date.now();
  if (wait > LONGEST_WAIT) return undefined;
  if (wait > 0) {
    note(
      `waiting for round ${beacon.round} of the beacon, due ${moment(beacon.time)}: ${duration(wait / 1000)}`,
    );
    await rest(wait, undefined, { signal }).catch(() => throwIfStopping(signal));
  }
  try {
    return await fetchBeacon(config.beaconUrls, beacon.round, signal);
  } catch (error) {
    throwIfStopping(signal);
    if (!(error instanceof GelombangError)) throw error;
    warn(error.message);
    for (const { where, what } of error.faults) note(`  ${where}: ${what}`);
    return undefined;
  }
}
