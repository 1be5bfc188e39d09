/** What stages hand on, by name: the columns of each. */
import type { Columns, Layout } from '../columns/layout.ts';

/** match → filter, row for row in the order of the part's applications. */
const MATCHED = {
  /** 1: another application of the NIK joined earlier. */
  duplicate: 'u8',
  /** Place in `REGISTRY_STATUSES`, from 1; 0: the registry does not have the NIK; `UNANSWERED`: it has not answered. */
  status: 'u8',
  kkMatches: 'u8',
  birthDateMatches: 'u8',
  /** Percent. */
  nameSimilarity: 'u8',
  /** Bits, by the place in `NIK_WARNINGS`. */
  nikWarnings: 'u8',
} as const;

/** match → household: a past recipient, once for the KK of then and once for the KK of now where they differ. */
export const PAST_MEMBER = { kkHigh: 'u32', kkLow: 'u32', nikHigh: 'u32', nikLow: 'u32' } as const;

/** filter → record: every application of a range of registration numbers, in the order of their numbers. */
export const VERDICT = {
  registrationNo: 'words',
  /** Tells an application of the wave from all others: its bucket, and its place there. */
  number: 'u32',
  nikHigh: 'u32',
  nikLow: 'u32',
  kkHigh: 'u32',
  kkLow: 'u32',
  /** Province code of the domicile. */
  region: 'u8',
  /** Bits by the place in the policy's reason codes, 32 a word, the first in the lowest bit of the first word. */
  reasons: 'words',
  /** `NO_TIER` where there is a reason. */
  tier: 'u16',
  /** `NOT_FOUND` where the registry does not have the NIK, `UNANSWERED` where it has not answered. */
  nameSimilarity: 'u8',
  nikWarnings: 'u8',
} as const;

/** What the draw knows nothing of, and its review asks about. */
const TRAIT = {
  /** Days from 2000-01-01 on, in UTC+7. */
  joinedDay: 'i32',
  /** Full years on the policy's day; 255 for all above. */
  age: 'u8',
  female: 'u8',
} as const;

/** filter → freeze: the eligible of them, in the same order. */
export const ELIGIBLE = {
  registrationNo: 'words',
  number: 'u32',
  tier: 'u16',
  /** Province code. */
  region: 'u8',
  ...TRAIT,
} as const;

export const NO_TIER = 65_535;
export const NOT_FOUND = 255;
export const UNANSWERED = 254;

/** filter → household: an eligible application. */
export const MEMBER = {
  kkHigh: 'u32',
  kkLow: 'u32',
  number: 'u32',
  /** The range of registration numbers that it is in. */
  range: 'u16',
} as const;

/** household → freeze: what is to be known of an eligible application's household. */
export const HOUSEHOLD = {
  number: 'u32',
  pseudonymHigh: 'u32',
  pseudonymLow: 'u32',
  slots: 'u32',
  /** The household, where it has more members than slots and slots at all; else `UNCONTESTED`. */
  contest: 'u32',
} as const;

export const UNCONTESTED = 0xffff_ffff;

/** freeze → draw: the pool of a range, in the order of its registration numbers. */
const POOL = {
  registrationNo: 'words',
  tier: 'u16',
  tickets: 'u32',
  slots: 'u32',
  contest: 'u32',
  region: 'u8',
} as const;

/** draw → select: the pool of a range in draw order. */
export const DRAWN = {
  tier: 'u16',
  /** 32 bytes in eight words. */
  draw: 'words',
  slots: 'u32',
  contest: 'u32',
  region: 'u8',
  /** Place in the pool of its range. */
  place: 'u32',
} as const;

/** select → record: the pool of a range, in the order of its registration numbers. */
const SELECTED = {
  /** 0: no candidate. */
  rank: 'u32',
  /** Place in `OUTCOMES`. */
  outcome: 'u8',
} as const;

/** review → its end: how many candidates of a range have what in common. */
const COUNTED = {
  /** Place in `TRAITS`, and what those who are counted have of it. */
  trait: 'u8',
  value: 'i32',
  tier: 'u16',
  region: 'u8',
  tickets: 'u32',
  candidates: 'u32',
  accepted: 'u32',
  /** Of them, those whose household has room for all of its members. */
  uncontested: 'u32',
  uncontestedAccepted: 'u32',
} as const;

/** record → publish: the accepted of a range. */
export const RECEIVED = { nikHigh: 'u32', nikLow: 'u32', kkHigh: 'u32', kkLow: 'u32' } as const;

/** What is handed on under which name, and its columns. */
export const BLOCKS = {
  matched: MATCHED,
  past_member: PAST_MEMBER,
  verdict: VERDICT,
  eligible: ELIGIBLE,
  member: MEMBER,
  household: HOUSEHOLD,
  pool: POOL,
  traits: TRAIT,
  drawn: DRAWN,
  selected: SELECTED,
  counted: COUNTED,
  received: RECEIVED,
} as const satisfies Record<string, Layout>;

export type BlockName = keyof typeof BLOCKS;
export type BlockOf<Name extends BlockName> = Columns<(typeof BLOCKS)[Name]>;

export interface Handover<Name extends BlockName> {
  readonly target: number;
  /** Among those from one part to another, from 0. */
  readonly position?: number;
  readonly columns: BlockOf<Name>;
}
