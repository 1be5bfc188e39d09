/** What the room of policies has words for, as an explanation asks for it. */
import { type Advice, adviceOn as adviceOfPolicy, policyFacts } from '../policy/advice.ts';
import type { Language } from '../policy/language.ts';
import type { Policy } from '../policy/policy.ts';

export { placeName } from '../policy/provinces.ts';
export { predicateSentence } from '../policy/sentences.ts';

/**
 * What to tell a person of one reason.
 * @throws TypeError for a text that is no reason code of the policy.
 */
export function adviceOn(reason: string, policy: Policy, language: Language): Advice {
  return adviceOfPolicy(reason, policyFacts(policy), language);
}
