/** What a simulation found out, as a document. */
import { reasonCodes } from '../policy/reasons.ts';
import { OUTCOMES } from '../proof/seats.ts';
import { seedOfWave, type Wave } from '../wave/record.ts';
import type { Comparison, Digests } from './compare.ts';
import type { PlannedPolicy } from './planned-policy.ts';
import type { UsedReferences, WaveData } from './references.ts';
import type { TierCounts } from './tally.ts';

/** Of something, how many applications there are in the wave and in its simulation. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

export interface SimulationReport {
  readonly wave: number;
  readonly seed: string;
  readonly wave_data: WaveData;
  readonly policy: {
    readonly name: string;
    /** Of its canonical text, with the quota of the simulation in it. */
    readonly sha256: string;
    /** Its values that are others than the wave's, by the path of their key; null where there is none. */
    readonly changes: readonly { readonly key: string; readonly before: unknown; readonly after: unknown }[];
  };
  readonly held_against: UsedReferences;
  readonly applications: number;
  readonly outcomes: readonly (BeforeAfter & { readonly outcome: string })[];
  readonly transitions: readonly {
    readonly from: string;
    readonly to: string;
    readonly applications: number;
  }[];
  readonly reasons: readonly (BeforeAfter & { readonly reason: string })[];
  /** Accepted, by the code of the province. */
  readonly provinces: readonly (BeforeAfter & { readonly province: string })[];
  readonly tiers: readonly {
    readonly tier: number;
    readonly candidates: BeforeAfter;
    readonly accepted: BeforeAfter;
  }[];
  /** Applications whose outcome is another. */
  readonly changed_sides: number;
  readonly pool_root: { readonly before: string; readonly after: string };
  readonly replay: {
    /** Neither policy nor data are others than those of the wave: then all is to be as it was. */
    readonly nothing_changed: boolean;
    /** Results and pool are, to the byte. */
    readonly identical: boolean;
    /** SHA-256 of the lines, without a header; those of the results have whole NIKs. */
    readonly results_sha256: { readonly before: string; readonly after: string };
    readonly pool_sha256: { readonly before: string; readonly after: string };
    /** Lines of the results that differ, or those of the pool where the results do not; the first of them are named. */
    readonly lines_differing: number;
    readonly differing: readonly { readonly registration_no: string; readonly file: string }[];
  };
}

export interface Findings {
  readonly wave: Wave;
  readonly planned: PlannedPolicy;
  readonly data: WaveData;
  readonly used: UsedReferences;
  readonly comparison: Comparison;
  readonly digests: { readonly before: Digests; readonly after: Digests };
}

export function reportOf({ wave, planned, data, used, comparison, digests }: Findings): SimulationReport {
  const { before, after, transitions, changedSides } = comparison;
  return {
    wave: wave.id,
    seed: seedOfWave(wave),
    wave_data: data,
    policy: { name: planned.policy.name, sha256: planned.sha256, changes: planned.changes },
    held_against: used,
    applications: before.outcomes.reduce((sum, count) => sum + count, 0),
    outcomes: OUTCOMES.map((outcome, at) => ({
      outcome,
      ...pairOf(before.outcomes[at], after.outcomes[at]),
    })),
    transitions: transitions.list(),
    reasons: reasonsOf(wave, planned, comparison),
    provinces: provincesOf(comparison),
    tiers: tiersOf(before.tiers, after.tiers),
    changed_sides: changedSides,
    pool_root: { before: digests.before.poolRoot, after: digests.after.poolRoot },
    replay: {
      nothing_changed: data === 'frozen' && planned.changes.length === 0,
      ...samenessOf(wave, comparison, digests),
    },
  };
}

function pairOf(before: number | undefined, after: number | undefined): BeforeAfter {
  return { before: before ?? 0, after: after ?? 0 };
}

/** In the order of the wave's policy; reasons that only the other one knows come last. */
function reasonsOf(
  { policy }: Wave,
  planned: PlannedPolicy,
  { before, after }: Comparison,
): SimulationReport['reasons'] {
  const [was, is] = [before.reasons(), after.reasons()];
  const codes = new Set<string>([...reasonCodes(policy), ...reasonCodes(planned.policy)]);
  return [...codes].map((reason) => ({ reason, ...pairOf(was.get(reason), is.get(reason)) }));
}

/** Those where somebody is accepted. */
function provincesOf({ before, after }: Comparison): SimulationReport['provinces'] {
  return [...before.provinces]
    .map((was, code) => ({
      province: String(code).padStart(2, '0'),
      ...pairOf(was, after.provinces[code]),
    }))
    .filter((province) => province.before > 0 || province.after > 0);
}

function tiersOf(before: readonly TierCounts[], after: readonly TierCounts[]): SimulationReport['tiers'] {
  const length = Math.max(before.length, after.length);
  return Array.from({ length }, (_, tier) => ({
    tier,
    candidates: pairOf(before[tier]?.candidates, after[tier]?.candidates),
    accepted: pairOf(before[tier]?.accepted, after[tier]?.accepted),
  }));
}

function samenessOf(
  wave: Wave,
  { differences, differenceCount }: Comparison,
  { before, after }: Findings['digests'],
): Omit<SimulationReport['replay'], 'nothing_changed'> {
  return {
    identical:
      before.results === after.results && before.pool === after.pool && wave.poolRoot === after.poolRoot,
    results_sha256: { before: before.results, after: after.results },
    pool_sha256: { before: before.pool, after: after.pool },
    lines_differing: differenceCount,
    differing: differences.map(({ registrationNo, file }) => ({ registration_no: registrationNo, file })),
  };
}
