/** The round of a public beacon that gives a wave its entropy: named when the wave is opened, taken in when it is frozen. */
import type { Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import { isSignature, isSignatureOfRound, QUICKNET, randomnessOf, timeOfRound } from '../proof/beacon.ts';
import type { Wave } from './record.ts';

export interface NamedRound {
  readonly chain_hash: string;
  readonly round: number;
  /** ISO 8601: nobody knows it before. */
  readonly time: string;
}

/** What a beacon says of a round. Its randomness follows from the signature. */
export interface Beacon {
  readonly round: number;
  /** 96 hex digits in lower case. */
  readonly signature: string;
}

export function namedRound(round: number): NamedRound {
  return { chain_hash: QUICKNET.chainHash, round, time: new Date(timeOfRound(round)).toISOString() };
}

/**
 * A round's JSON, as the beacon gives it.
 * @param where What it was read from, for messages.
 * @throws GelombangError INPUT_REFUSED where it is none, or its signature is not the chain's own.
 */
export async function readBeacon(text: string, where: string): Promise<Beacon> {
  const { round, signature } = parsed(text, where);
  if (await isSignatureOfRound(round, signature)) return { round, signature };
  throw new GelombangError(
    'INPUT_REFUSED',
    `the signature in ${where} is not that of round ${round} of quicknet`,
    {
      next: `Get it again: the address ends in ${QUICKNET.chainHash}/public/${round}`,
    },
  );
}

function parsed(text: string, where: string): Beacon {
  let value: { round?: unknown; signature?: unknown; randomness?: unknown } | null = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Said below, with what was expected.
  }
  const { round, signature, randomness } = value ?? {};
  const lower = String(signature).toLowerCase();
  if (Number.isSafeInteger(round) && Number(round) > 0 && isSignature(lower)) {
    refuseOther(randomness, lower, where);
    return { round: Number(round), signature: lower };
  }
  throw new GelombangError('INPUT_REFUSED', `${where} is not the JSON of a round`, {
    next: 'Expected what the beacon gives: {"round":…,"randomness":"…","signature":"…"}',
  });
}

/** The randomness follows from the signature; it need not be given. */
function refuseOther(randomness: unknown, signature: string, where: string): void {
  if (randomness === undefined || randomness === randomnessOf(signature)) return;
  throw new GelombangError('INPUT_REFUSED', `the randomness in ${where} is not that of its signature`, {
    next: 'Get the round again.',
  });
}

/**
 * Takes the beacon in as the entropy of a wave that is frozen.
 * @throws GelombangError CONFLICT where it is another round than the one named, the pool is not frozen yet, or it was
 * frozen when the round was known.
 */
export async function takeBeacon(sql: Transaction, wave: Wave, beacon: Beacon): Promise<void> {
  const { id, beaconRound, frozenAt } = wave;
  if (beaconRound === null) {
    throw new GelombangError(
      'CONFLICT',
      `the entropy of wave ${id} is a secret that was committed to, and no beacon`,
      {
        concerns: { wave: id },
        next: `Go on without --beacon: gelombang wave close ${id}`,
      },
    );
  }
  if (beacon.round !== beaconRound) {
    throw new GelombangError(
      'CONFLICT',
      `wave ${id} was opened with round ${beaconRound}, this is round ${beacon.round}`,
      {
        concerns: { wave: id },
        next: `Get the round that was named: the address ends in ${QUICKNET.chainHash}/public/${beaconRound}`,
      },
    );
  }
  if (frozenAt === null) {
    throw new GelombangError(
      'CONFLICT',
      `the pool of wave ${id} is not frozen yet: the entropy is taken in after it`,
      {
        concerns: { wave: id },
        next: `Close it first: gelombang wave close ${id}`,
      },
    );
  }
  refuseKnownRound(wave, Date.parse(frozenAt));
  await sql`update wave set beacon_signature = ${beacon.signature} where id = ${id} and seed is null`;
}

/**
 * The round must come after the freeze: else whoever froze the pool could have known whom the draw would take.
 * @param time When the pool was frozen, or is about to be; milliseconds since 1970.
 * @throws GelombangError CONFLICT where the round was there.
 */
export function refuseKnownRound({ id, beaconRound }: Wave, time: number): void {
  if (beaconRound === null || time < timeOfRound(beaconRound)) return;
  const { time: came } = namedRound(beaconRound);
  throw new GelombangError(
    'CONFLICT',
    `round ${beaconRound} of the beacon came at ${came}, before the pool of wave ${id} was frozen: nobody could trust the draw`,
    {
      concerns: { wave: id },
      next: `Put it on record, and open another wave with a later closing time: gelombang wave void ${id} --reason "frozen too late for its round"`,
    },
  );
}
