/** What people of a wave are told, without a database. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, type Kind, type Told } from '../../../src/notify/texts/kinds.ts';
import { openTexts, type WaveTold, type Written } from '../../../src/notify/texts.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { readPolicy } from '../../../src/policy/read.ts';
import { projectRoot } from '../../../src/project-root.ts';
import { OUTCOMES } from '../../../src/proof/seats.ts';
import type { Channel } from '../../../src/wave/channels.ts';

export function policyOf(path: string): Policy {
  return readPolicy(readFileSync(join(projectRoot(), path), 'utf8'), path).policy;
}

export const WAVE: WaveTold = {
  id: 17,
  quota: 600_000,
  policy: policyOf('fixtures/small-wave/in/policy.yaml'),
  funnel: [['CANDIDATES', 1_145_123]],
};

/** Somebody of each kind. */
export function toldOf(kind: Kind, reasons: readonly string[] = ['KK_MISMATCH', 'IN_SCHOOL']): Told {
  const outcome = OUTCOMES.find((each) => each === kind) ?? 'UNVERIFIED';
  return { outcome, reasons: kind === 'INELIGIBLE' || kind === 'UNVERIFIED_WITH_REASONS' ? reasons : [] };
}

export const EVERYBODY: readonly Told[] = KINDS.map((kind) => toldOf(kind));

/** Were what anybody is reached by in a text, it would be found there. */
const GAVE = { registration_no: 'REG-000017', email: 'siti@example.org', phone: '+6281234567890' };

export interface Telling {
  readonly wave?: Partial<WaveTold>;
  readonly name?: string;
  readonly templates?: string;
  readonly contact?: string;
}

export async function written(channel: Channel, told: Told, telling: Telling = {}): Promise<Written> {
  const { templates, contact, name = 'BUDI SANTOSO' } = telling;
  const texts = await openTexts(channel, { templates, contact });
  return texts.of({ ...WAVE, ...telling.wave })({ ...told, gave: { ...GAVE, full_name: name } });
}
