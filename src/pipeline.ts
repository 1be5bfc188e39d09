/** The stages of a run, in order. Each begins when all parts of the one before are done. */
export const STAGES = [
  'ask',
  'match',
  'filter',
  'household',
  'freeze',
  'draw',
  'select',
  'record',
  'review',
  'publish',
  'notify',
] as const;

export type StageName = (typeof STAGES)[number];

/** Names one step of the ledger: what a job carries, and all that it carries. */
export interface StepKey {
  readonly waveId: number;
  readonly stage: StageName;
  readonly part: number;
}

/** The states of a wave and where each may go. */
export const WAVE_TRANSITIONS = {
  open: ['closing', 'void'],
  closing: ['published', 'void'],
  published: ['void'],
  void: [],
} as const satisfies Record<string, readonly string[]>;

export type WaveState = keyof typeof WAVE_TRANSITIONS;
