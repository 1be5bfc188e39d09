/** The texts that there are: one an outcome, and another where data could not be checked and something is wrong all the same. */
import { OUTCOMES, type Outcome } from '../../proof/seats.ts';

const WITH_REASONS = 'UNVERIFIED_WITH_REASONS';

export const KINDS = [...OUTCOMES, WITH_REASONS] as const;
export type Kind = (typeof KINDS)[number];

/** Of a letter; or of an SMS, which has no subject. */
export const FORMS = ['email', 'sms'] as const;
export type Form = (typeof FORMS)[number];

/** What became of somebody, and why. */
export interface Told {
  readonly outcome: Outcome;
  /** Reason codes, in their order; of an INELIGIBLE application, or an UNVERIFIED one that has some all the same. */
  readonly reasons: readonly string[];
}

/** Throws TypeError for an INELIGIBLE one without reasons: nobody is turned down without. */
export function kindOf({ outcome, reasons }: Told): Kind {
  const isWithReasons = reasons.length > 0;
  if (outcome === 'UNVERIFIED') return isWithReasons ? WITH_REASONS : outcome;
  if ((outcome === 'INELIGIBLE') === isWithReasons) return outcome;
  throw new TypeError(`${outcome} with ${reasons.length} reasons cannot be put into words`);
}
