/** How far the seats went in a tier and province: written by select, read by those who say what a ticket was worth. */
export interface Cutoff {
  readonly tier: number;
  /** Province code. */
  readonly region: number;
  readonly candidates: number;
  readonly accepted: number;
  /** Of one ticket: the share of all draws that would have had a seat. */
  readonly chance: number;
}
