/** What the rounds of one size say together. */
import type { Command, Round } from './document.ts';
import { type Spread, spreadOf, spreadOfRatios } from './statistics.ts';

const closing = ({ close, export: written }: Round) => close.milliseconds + written.milliseconds;
const total = (round: Round) => round.import.milliseconds + closing(round);

/** Milliseconds of whatever a round has timed. */
export const TIMED = {
  import: (round: Round) => round.import.milliseconds,
  close: (round: Round) => round.close.milliseconds,
  export: (round: Round) => round.export.milliseconds,
  closing,
  total,
  peer: ({ peer }: Round) => peer.wave_ms,
  copy: (round: Round) => round.copy_ms,
} as const satisfies Record<string, (round: Round) => number>;

export type Timed = keyof typeof TIMED;

export function timesOf(rounds: readonly Round[], what: Timed): Spread {
  return spreadOf(rounds.map(TIMED[what]));
}

export function ratiosOf(rounds: readonly Round[], what: Timed, ofWhat: Timed): Spread {
  return spreadOfRatios(rounds, TIMED[what], TIMED[ofWhat]);
}

export const COMMANDS = ['import', 'close', 'export'] as const;

/** Undefined where the system did not say in one of the rounds. */
export function figuresOf(
  rounds: readonly Round[],
  command: (typeof COMMANDS)[number],
  figure: Exclude<keyof Command, 'milliseconds'>,
): Spread | undefined {
  const values = rounds.map((round) => round[command][figure]);
  const known = values.filter((value) => value !== null);
  return known.length < values.length ? undefined : spreadOf(known);
}
