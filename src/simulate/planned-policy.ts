/** The policy that a wave is played again with, and in what it is another than the wave's own. */
import { changedPolicy, type PolicyChange } from '../policy/changes.ts';
import type { Policy } from '../policy/policy.ts';
import type { ReadPolicy } from '../policy/read.ts';
import { canonicalJson } from '../proof/canonical.ts';
import { sha256 } from '../proof/sha256.ts';
import type { Wave } from '../wave/record.ts';

export interface PlannedPolicy {
  /** Its quota is that of the simulation. */
  readonly policy: Policy;
  /** SHA-256 of its canonical text, hex. */
  readonly sha256: string;
  readonly changes: readonly Changed[];
}

export interface Changed {
  /** The keys that lead to it, with dots between them. */
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * @param other In place of the wave's policy; its quota is then that of the simulation.
 * @param changes To either of them.
 * @throws GelombangError INPUT_REFUSED with every fault of the changes.
 */
export function plannedPolicy(
  wave: Pick<Wave, 'policy' | 'quota'>,
  other: ReadPolicy | undefined,
  changes: readonly PolicyChange[],
): PlannedPolicy {
  // A wave may have been opened with other seats than its policy says.
  const own: Policy = { ...wave.policy, quota: wave.quota };
  const base = other?.policy ?? own;
  const policy = changes.length === 0 ? base : changedPolicy(base, changes).policy;
  return {
    policy,
    sha256: sha256(canonicalJson(policy), 'hex'),
    changes: [...differences(own, policy, [])],
  };
}

/** Mappings are gone into, anything else is compared as a whole. */
function* differences(before: unknown, after: unknown, path: readonly string[]): Generator<Changed> {
  if (!isMapping(before) || !isMapping(after)) {
    const changed = { key: path.join('.'), before: before ?? null, after: after ?? null };
    if (canonicalJson(changed.before) !== canonicalJson(changed.after)) yield changed;
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* differences(before[key], after[key], [...path, key]);
  }
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
