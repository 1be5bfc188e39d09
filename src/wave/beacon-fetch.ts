/** Asks the beacon for a round over the network. What comes is checked by its signature: whoever answers need not be trusted. */
import { GelombangError } from '../errors.ts';
import { QUICKNET } from '../proof/beacon.ts';
import { type Beacon, readBeacon } from './beacon.ts';

/** Milliseconds that one address is waited for. */
const TIMEOUT = 5_000;
/** Bytes: no round is longer. */
const LONGEST = 10_000;

/**
 * The round from the first of the addresses that gives it.
 * @param addresses Of servers of the beacon, without the chain.
 * @throws GelombangError INPUT_REFUSED with what each of them said, where none gives it.
 */
export async function fetchBeacon(
  addresses: readonly string[],
  round: number,
  signal: AbortSignal,
): Promise<Beacon> {
  const faults: { where: string; what: string }[] = [];
  for (const address of addresses) {
    const url = `${address.replace(/\/$/, '')}/${QUICKNET.chainHash}/public/${round}`;
    try {
      const beacon = await readBeacon(await textOf(url, signal), url);
      if (beacon.round === round) return beacon;
      faults.push({ where: url, what: `gave round ${beacon.round}` });
    } catch (error) {
      faults.push({ where: url, what: error instanceof Error ? error.message : String(error) });
    }
    signal.throwIfAborted();
  }
  throw new GelombangError('INPUT_REFUSED', `round ${round} of the beacon could not be fetched`, { faults });
}

async function textOf(url: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]) });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Whoever leaves the loop cancels the rest, however much of it there is.
  for await (const chunk of answer.body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST) throw new Error(`answered more than ${LONGEST} bytes, which is no round`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
