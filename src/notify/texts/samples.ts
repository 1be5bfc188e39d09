/** Made-up people, one for each text of a wave: somebody to look at the texts with. */
import type { Policy } from '../../policy/policy.ts';
import { reasonCodes } from '../../policy/reasons.ts';
import type { WaveTold } from '../texts.ts';
import { KINDS, type Kind, type Told } from './kinds.ts';

export interface Sample extends Told {
  readonly gave: { readonly registration_no: string; readonly full_name: string };
}

const NAME = 'Siti Contoh';
const SEVERAL = 3;

/**
 * @param reasons In place of some of the policy's: codes of it.
 */
export function samplesOf(policy: Policy, reasons: readonly string[] | undefined): readonly Sample[] {
  const told = KINDS.flatMap((kind) => toldOf(kind, policy, reasons));
  return told.map((each, at) => {
    const registration_no = `UJI-${at + 1}`;
    return { ...each, gave: { registration_no, full_name: NAME } };
  });
}

function toldOf(kind: Kind, policy: Policy, given: readonly string[] | undefined): Told[] {
  const codes = reasonCodes(policy);
  // Of what the registry says, what the person says, and what the layers and lists say: such as one person may have together.
  const several =
    given ??
    codes
      .slice(codes.indexOf('KK_MISMATCH'))
      .filter((_, at) => at % 4 === 0)
      .slice(0, SEVERAL);
  if (kind === 'UNVERIFIED_WITH_REASONS') return [{ outcome: 'UNVERIFIED', reasons: several.slice(-1) }];
  if (kind !== 'INELIGIBLE') return [{ outcome: kind, reasons: [] }];
  if (given !== undefined) return [{ outcome: kind, reasons: given }];
  return [several.slice(0, 1), several].map((reasons) => ({ outcome: kind, reasons }));
}

/** As many as are drawn from; before there is a draw, made up: twice the seats. */
export function withCandidates<T extends WaveTold>(wave: T): T {
  const isCounted = wave.funnel?.some(([step]) => step === 'CANDIDATES') ?? false;
  return isCounted ? wave : { ...wave, funnel: [['CANDIDATES', 2 * Math.max(1, wave.quota)]] };
}
