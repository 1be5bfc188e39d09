import { LAYERS, type Layer, type Policy } from './policy.ts';

/** What each verification layer is called when it is missing. */
const LAYER_REASONS = {
  email: 'EMAIL_UNVERIFIED',
  phone: 'PHONE_UNVERIFIED',
  selfie: 'SELFIE_UNVERIFIED',
  test: 'TEST_NOT_TAKEN',
} as const satisfies Record<Layer, string>;

const BEFORE_LAYERS = [
  'DUPLICATE_NIK',
  'NIK_NOT_FOUND',
  'NIK_INACTIVE',
  'NIK_DECEASED',
  'NIK_DUPLICATE',
  'KK_MISMATCH',
  'NAME_MISMATCH',
  'BIRTH_DATE_MISMATCH',
  'AGE_OUT_OF_RANGE',
  'IN_SCHOOL',
  'OCCUPATION_BARRED',
] as const;

const AFTER_LISTS = ['PAST_RECIPIENT', 'BLOCKED'] as const;

const ON_LIST = 'ON_LIST:';

export type ListReason = `${typeof ON_LIST}${string}`;

/** Why an application is INELIGIBLE: one rule of its wave's policy that it fails. */
export type ReasonCode =
  | (typeof BEFORE_LAYERS)[number]
  | (typeof LAYER_REASONS)[Layer]
  | ListReason
  | (typeof AFTER_LISTS)[number]
  | FurtherReason;

/** Those that are named neither after a list nor by a policy. */
export type FixedReason = Exclude<ReasonCode, ListReason | FurtherReason>;

/** The code of a rule that one policy alone has. */
export type FurtherReason = string & { readonly isFurther: true };

/** The deny list that a reason is named after; undefined of every other reason. */
export function listOfReason(reason: string): string | undefined {
  return reason.startsWith(ON_LIST) ? reason.slice(ON_LIST.length) : undefined;
}

/** The reason of being on a deny list. */
function listReason(list: string): ListReason {
  return `${ON_LIST}${list}`;
}

/**
 * Every reason code that a policy can give, in the order in which the reasons of an application are written: layers and
 * lists only where the policy has them, lists by name (in byte order: names are ASCII), not by their place in the policy; its own rules last, as it has them.
 */
export function reasonCodes(policy: Pick<Policy, 'layers' | 'deny_lists' | 'rules'>): ReasonCode[] {
  const layers = LAYERS.filter((layer) => policy.layers.includes(layer));
  return [
    ...BEFORE_LAYERS,
    ...layers.map((layer) => LAYER_REASONS[layer]),
    ...policy.deny_lists.toSorted().map(listReason),
    ...AFTER_LISTS,
    ...policy.rules.map(({ code }) => code as FurtherReason),
  ];
}
