/** Why an application had its outcome: what was recorded and what it was held against, in no language. Its keys are those of the JSON document. */
import type { NikWarning, Origin } from '../identity/nik.ts';
import type { Layer, Occupation, Predicate } from '../policy/policy.ts';
import type { Outcome } from '../proof/seats.ts';
import type { References } from '../wave/references.ts';

/** `not_asked`: the rule needs what the registry has of a person, and the registry did not give it. */
export type Finding = 'passed' | 'failed' | 'not_asked';

/** How a NIK that the registry does not have differs from one that it has. */
export type Slip = 'one_digit' | 'neighbours_swapped';

/** What a rule was decided on. Nothing of it is another person's. */
export type Evidence =
  | { readonly kind: 'same_nik' }
  /** Whether a slip was looked for: only a snapshot has those whom nobody asked about. */
  | { readonly kind: 'known'; readonly slip: Slip | null; readonly slip_sought: boolean }
  | { readonly kind: 'status' }
  /** The last four digits of the KK that was given, where it is not the registry's. */
  | { readonly kind: 'kk'; readonly given_ends_in: string | null }
  /** Percent; null where it was not asked for. */
  | { readonly kind: 'name'; readonly similarity: number | null; readonly least: number }
  | { readonly kind: 'birth_date' }
  | {
      readonly kind: 'age';
      readonly age: number;
      readonly min: number;
      readonly max: number;
      readonly on: string;
    }
  | { readonly kind: 'school'; readonly in_school: boolean }
  /** The occupation, where it is a barred one. */
  | { readonly kind: 'occupation'; readonly barred: Occupation | null }
  /** When it was passed, as it was given. */
  | { readonly kind: 'layer'; readonly layer: Layer; readonly at: string | null }
  | { readonly kind: 'list'; readonly list: ListVersion }
  | { readonly kind: 'recipient'; readonly waves: readonly number[] }
  | { readonly kind: 'block'; readonly on: string }
  | {
      readonly kind: 'further';
      readonly fails_when: Predicate;
      readonly text: { readonly id: string; readonly en: string };
      readonly law: string;
    };

/** A rule of the wave's policy, and how it went. */
export interface Ruling {
  readonly code: string;
  readonly finding: Finding;
  readonly evidence: Evidence;
}

/** The list that a reason code is named after. */
export function listIn(code: string): string | undefined {
  return /^ON_LIST:(.+)$/.exec(code)?.[1];
}

export type ListVersion = References['lists'][number] & { readonly version: number };

type RegistryVersion = NonNullable<References['registry']> & { readonly version: number };

/** What the registry was held to say: a snapshot of it, or what it answered about the application. */
export type Registry =
  | ({ readonly source: 'snapshot' } & RegistryVersion)
  | {
      readonly source: 'dukcapil';
      /** Days for which an answer counts. */
      readonly reuse_days: number;
      /** Null where there is none, or none that is kept. */
      readonly answer: { readonly code: string; readonly answered_at: string } | null;
      /** By which it is known where past recipients live now. */
      readonly snapshot: RegistryVersion | null;
    }
  | {
      readonly source: 'exchange';
      readonly reuse_days: number;
      /** The file that has the answer; null where there is none. */
      readonly answers: RegistryVersion | null;
    };

export type DatePart = 'day' | 'month' | 'year';

/** The digits of the NIK beside what was given: where it is from, and what in them is otherwise. The digits stay masked. */
export interface NikSays extends Origin {
  readonly birth_date: 'as_given' | 'differs' | 'impossible';
  readonly differs_in: readonly DatePart[];
  readonly sex: 'as_given' | 'differs';
}

/** Of an application without reasons: how it stood in the draw. */
export interface Drawn {
  readonly tier: number;
  /** How many tiers there are. */
  readonly tiers: number;
  /** The entry of `priority` that it meets; null where it meets none. */
  readonly priority: Predicate | null;
  readonly tickets: number;
  /** Earlier waves in which the account was not drawn. */
  readonly unsuccessful_waves: readonly number[];
  /** Places that the household had left. */
  readonly slots: number;
  /** Province code. */
  readonly region: string;
  /** Among the candidates, from 1; null where the household had no place left for it. */
  readonly rank: number | null;
  /** From 1. */
  readonly reserve_place: number | null;
  /** Of the wave. */
  readonly candidates: number;
  readonly seats: number;
  readonly reserve: number;
  /** Seats that were the province's own. */
  readonly region_seats: number;
  /** Of the tier: of the province where it has seats of its own, else of all provinces that have none. */
  readonly alike: { readonly candidates: number; readonly accepted: number };
  /** That one ticket had among those alike, and that all its tickets had together; null where nobody knows. */
  readonly chance_of_one_ticket: number | null;
  readonly chance: number | null;
}

/** How it went for the same account in another wave. */
export interface OtherWave {
  readonly wave: number;
  readonly published_at: string;
  readonly void: boolean;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
}

export interface Explanation {
  readonly wave: number;
  readonly registration_no: string;
  readonly outcome: Outcome;
  readonly reasons: readonly string[];
  readonly published_at: string;
  /** That the wave does not count any more. */
  readonly void: { readonly at: string; readonly reason: string } | null;
  readonly policy: string;
  readonly policy_sha256: string;
  readonly application: {
    /** Masked. */
    readonly nik: string;
    readonly joined_at: string;
    readonly file: string;
    readonly line: number;
  };
  readonly nik: NikSays;
  readonly registry: Registry;
  readonly lists: readonly ListVersion[];
  readonly rules: readonly Ruling[];
  readonly nik_warnings: readonly NikWarning[];
  readonly nik_slip: Slip | null;
  readonly draw: Drawn | null;
  readonly other_waves: readonly OtherWave[];
}
