import { isSignature, isSignatureOfRound, QUICKNET, randomnessOf, timeOfRound } from '../proof/beacon.ts';
import { commitmentOf, seedOf } from '../proof/seed.ts';
import type { Findings } from './findings.ts';
import { isCount, isObject, timeOf } from './forms.ts';
import type { Statement } from './statement.ts';

/** The seed comes from the pool and the entropy. */
export function verifySeed({ where, pool_root, entropy, seed }: Statement, findings: Findings): void {
  findings.same(where('seed'), 'seed', seed, seedOf(pool_root, entropy));
  findings.close('seed', 'SHA-256 of pool_root:entropy');
}

/** The entropy is what was bound beforehand, as far as its source binds it at all. */
export async function verifyEntropy(statement: Statement, findings: Findings): Promise<void> {
  const { where, entropy_source: source } = statement;
  if (source === 'secret') verifySecret(statement, findings);
  else if (source === 'drand:quicknet') await verifyBeacon(statement, findings);
  else if (source === 'given') sayGiven(statement, findings);
  else {
    findings.same(where('entropy_source'), 'entropy_source', source, 'secret, drand:quicknet or given');
    findings.close('entropy', 'its source');
  }
}

function verifySecret({ where, entropy, entropy_commitment: said }: Statement, findings: Findings): void {
  findings.same(where('entropy_commitment'), 'entropy_commitment', said, commitmentOf(entropy));
  findings.close(
    'entropy',
    'a secret, the one committed to by its SHA-256 (a weaker kind: whoever ran the wave could know it before the pool was frozen)',
  );
}

/** There is nothing to hold it against. */
function sayGiven({ entropy_commitment: commitment, beacon }: Statement, findings: Findings): void {
  const passedOver = [...(commitment ? ['the secret'] : []), ...(beacon ? ['the round of the beacon'] : [])];
  const instead = passedOver.length > 0 ? `; given in place of ${passedOver.join(' and ')} named before` : '';
  findings.close(
    'entropy',
    `given at the close (the weakest kind: nothing here says that it was not chosen)${instead}`,
  );
}

/** The round is the chain's own, and came when the pool was frozen already. */
async function verifyBeacon(statement: Statement, findings: Findings): Promise<void> {
  const { where, entropy } = statement;
  const beacon = isObject(statement.beacon) ? statement.beacon : {};
  const { chain_hash, public_key, round, round_time, signature } = beacon;
  findings.same(where('chain_hash'), 'chain_hash', chain_hash, QUICKNET.chainHash);
  findings.same(where('public_key'), 'public_key', public_key, QUICKNET.publicKey);
  if (!isSignature(signature)) {
    findings.fault(where('signature'), 'signature is not 96 hex digits in lower case');
  } else {
    findings.same(where('entropy'), 'entropy', entropy, randomnessOf(signature));
    if (isRound(round) && !(await isSignatureOfRound(round, signature)))
      findings.fault(where('signature'), `signature is not the chain's own of round ${round}`);
  }
  if (isRound(round)) verifyTimes(statement, { round, roundTime: round_time }, findings);
  else findings.fault(where('round'), `round is ${JSON.stringify(round)}, expected a whole number from 1`);
  findings.close(
    'entropy',
    `round ${round} of drand quicknet: chain, key, BLS signature, its SHA-256 as the entropy, and that it came after the freeze`,
  );
}

/** Frozen later than the round came, the pool could have been made to fit the draw. */
function verifyTimes(
  { where, frozen_at }: Statement,
  { round, roundTime }: { readonly round: number; readonly roundTime: unknown },
  findings: Findings,
): void {
  const comes = timeOfRound(round);
  const time = new Date(comes).toISOString();
  const frozen = timeOf(frozen_at);
  findings.same(where('round_time'), 'round_time', roundTime, time);
  if (frozen === undefined) findings.fault(where('frozen_at'), 'frozen_at is no time');
  else if (frozen >= comes)
    findings.fault(
      where('frozen_at'),
      `frozen_at is ${frozen_at}, expected before the round came at ${time}`,
    );
}

/** Of a round whose time can be written. */
const LAST_ROUND = 10 ** 10;

function isRound(round: unknown): round is number {
  return isCount(round) && round >= 1 && round <= LAST_ROUND;
}
