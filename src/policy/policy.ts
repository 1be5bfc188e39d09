/** The policy of one wave, as it is after reading and checking: what the stages work by. */
export interface Policy {
  readonly name: string;
  /** `YYYY-MM-DD`: ages are taken on this day. */
  readonly as_of: string;
  /** The largest number of seats, 0 or more. */
  readonly quota: number;
  readonly reserve: number;
  /** The most recipients that one household may ever have. */
  readonly household_cap: number;
  readonly match: Match;
  readonly layers: readonly Layer[];
  /** Full years, both ends included; `OLDEST` as `max` is no upper limit. */
  readonly age: { readonly min: number; readonly max: number };
  readonly barred_occupations: readonly BarredOccupation[];
  readonly deny_lists: readonly string[];
  /** In order: an application's tier is the index of the first entry that it meets. */
  readonly priority: readonly Predicate[];
  readonly tickets: { readonly per_unsuccessful_wave: number; readonly max: number };
  /** Rules beside those that every policy has, in the order in which their reasons are written. */
  readonly rules: readonly FurtherRule[];
  readonly regions: Regions;
}

/** Province code → its seats; or the weights by which the whole quota is shared out among provinces. */
export type Regions =
  | { readonly [province: string]: number }
  | { readonly weights: { readonly [province: string]: number } };

/** A rule of this policy alone: an application that meets `fails_when` has the reason `code`. */
export interface FurtherRule {
  readonly code: string;
  readonly fails_when: Predicate;
  /** What the person is told: a sentence in Indonesian and in English. */
  readonly text: { readonly id: string; readonly en: string };
  /** The article that the rule rests on. */
  readonly law: string;
}

/** A condition on one application. In a file a mapping with several conditions is all of them. */
export type Predicate =
  | { readonly all: readonly Predicate[] }
  | { readonly any: readonly Predicate[] }
  | { readonly not: Predicate }
  | { readonly employment_status: readonly EmploymentStatus[] }
  | { readonly list: string }
  | { readonly disability: boolean }
  /** In capitals, single blanks between words: as what a person gave is read before it is compared. */
  | { readonly education: readonly string[] }
  /** Codes of provinces (two digits) or regencies (four). */
  | { readonly region: readonly string[] }
  /** Full years on `as_of`, both ends included; an end that is left out is open. */
  | { readonly age: { readonly min?: number; readonly max?: number } };

/** The highest age that a policy can name, and nobody's. */
export const OLDEST = 150;

/** How applications are held against the registry: by a snapshot of it where no other source is named. */
export type Match =
  | {
      /** Least similarity of the two names, in percent. */
      readonly name: number;
    }
  | {
      readonly name: number;
      readonly source: Exclude<MatchSource, 'snapshot'>;
      /** Days for which an answer of the registry counts. */
      readonly reuse_days: number;
    };

export function matchSourceOf({ match }: Pick<Policy, 'match'>): MatchSource {
  return 'source' in match ? match.source : 'snapshot';
}

/** Days for which an answer counts; of a snapshot none is asked for. */
export function reuseDaysOf({ match }: Pick<Policy, 'match'>): number {
  return 'source' in match ? match.reuse_days : 0;
}

/** A copy of the registry; Dukcapil's web service, asked person by person; files of NIKs that it answers. */
export const MATCH_SOURCES = ['snapshot', 'dukcapil', 'exchange'] as const;
export type MatchSource = (typeof MATCH_SOURCES)[number];

/** The thresholds for names that the web service knows, in percent. */
export const SERVICE_THRESHOLDS = { least: 80, greatest: 95 } as const;

export const LAYERS = ['email', 'phone', 'selfie', 'test'] as const;
export type Layer = (typeof LAYERS)[number];

export const EMPLOYMENT_STATUSES = [
  'JOB_SEEKER',
  'LAID_OFF',
  'FURLOUGHED',
  'INFORMAL',
  'MICRO_ENTREPRENEUR',
  'EMPLOYEE',
] as const;
export type EmploymentStatus = (typeof EMPLOYMENT_STATUSES)[number];

export const BARRED_OCCUPATIONS = [
  'STATE_OFFICIAL',
  'LEGISLATOR',
  'ASN',
  'TNI',
  'POLRI',
  'VILLAGE_OFFICIAL',
  'SOE_BOARD',
] as const;
export type BarredOccupation = (typeof BARRED_OCCUPATIONS)[number];

/** Every value that the column `occupation` may hold. */
export const OCCUPATIONS = ['PRIVATE', ...BARRED_OCCUPATIONS] as const;
export type Occupation = (typeof OCCUPATIONS)[number];

/** What a list (deny or priority) may be called: it becomes part of a reason code, `ON_LIST:<name>`. */
export const LIST_NAME = /^[a-z0-9][a-z0-9_-]{0,31}$/;
