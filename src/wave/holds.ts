/** What a run waits for that only people, or time, can give: it ends before the stage, and is taken up again. */
import { STAGES, type StageName } from '../pipeline.ts';
import type { Wave } from './record.ts';

/** Of a wave, what decides whether it is held. */
export type Holding = Pick<
  Wave,
  | 'unanswered'
  | 'unverifiedBy'
  | 'entropySource'
  | 'entropyGiven'
  | 'beaconSignature'
  | 'alarmed'
  | 'noticesHeld'
>;

/** Answers of the registry; the entropy that is not there yet; the draw that does not look like chance; the notices that are not released. */
export type Hold = 'registry' | 'entropy' | 'review' | 'notices';

const HOLDS: Readonly<Partial<Record<StageName, { hold: Hold; holds: (wave: Holding) => boolean }>>> = {
  match: {
    hold: 'registry',
    holds: ({ unanswered, unverifiedBy }) => unanswered > 0 && unverifiedBy === null,
  },
  draw: {
    hold: 'entropy',
    holds: ({ entropySource, beaconSignature }) => entropySource !== 'secret' && beaconSignature === null,
  },
  publish: { hold: 'review', holds: ({ alarmed }) => alarmed },
  notify: { hold: 'notices', holds: ({ noticesHeld }) => noticesHeld },
};

/** Why the stage is not begun, if it is not. */
export function holdOf(stage: StageName, wave: Holding): Hold | undefined {
  const held = HOLDS[stage];
  return held?.holds(wave) ? held.hold : undefined;
}

/** Why the run ends before its last stage when all is done that can be done, and at which stage. */
export function firstHold(wave: Holding): { readonly stage: StageName; readonly hold: Hold } | undefined {
  for (const stage of STAGES) {
    const hold = holdOf(stage, wave);
    if (hold !== undefined) return { stage, hold };
  }
  return undefined;
}
