/** Rules, and on what they were decided, in English. */
import type { Occupation } from '../policy/policy.ts';
import { registryEvidenceInEnglish } from './english-registry.ts';
import { type ListVersion, listIn } from './explanation.ts';
import type { Figures } from './figures.ts';
import { predicateSentence } from './policy-words.ts';
import { evidenceWords, type OwnEvidence } from './registry-evidence.ts';

/** What holds where a rule is passed, and what was found where it is not. */
const RULES: Readonly<Record<string, readonly [rule: string, reason: string]>> = {
  DUPLICATE_NIK: ['One application for one NIK', 'an earlier application with the same NIK'],
  NIK_NOT_FOUND: ['NIK in the population registry', 'NIK not in the registry'],
  NIK_INACTIVE: ['Not recorded as inactive', 'recorded as inactive'],
  NIK_DECEASED: ['Not recorded as deceased', 'recorded as deceased'],
  NIK_DUPLICATE: ['Not recorded twice', 'recorded twice'],
  KK_MISMATCH: ['KK as in the registry', 'another KK than in the registry'],
  NAME_MISMATCH: ['Name as in the registry', 'another name than in the registry'],
  BIRTH_DATE_MISMATCH: ['Birth date as in the registry', 'another birth date than in the registry'],
  AGE_OUT_OF_RANGE: ['Age', 'age'],
  IN_SCHOOL: ['Not at school or university', 'at school or university'],
  OCCUPATION_BARRED: ['Occupation not barred', 'barred occupation'],
  EMAIL_UNVERIFIED: ['E-mail address confirmed', 'e-mail address not confirmed'],
  PHONE_UNVERIFIED: ['Phone number confirmed', 'phone number not confirmed'],
  SELFIE_UNVERIFIED: ['Selfie with identity card accepted', 'no selfie accepted'],
  TEST_NOT_TAKEN: ['Motivation test taken', 'motivation test not taken'],
  PAST_RECIPIENT: ['No place received before', 'place received before'],
  BLOCKED: ['Not blocked', 'blocked'],
};

const OCCUPATIONS: Readonly<Record<Occupation, string>> = {
  PRIVATE: 'private sector',
  STATE_OFFICIAL: 'state official',
  LEGISLATOR: 'member of a legislature',
  ASN: 'civil servant (ASN)',
  TNI: 'armed forces (TNI)',
  POLRI: 'police (Polri)',
  VILLAGE_OFFICIAL: 'village official',
  SOE_BOARD: 'board of a state-owned company',
};

export function ruleInEnglish(code: string): string {
  const list = listIn(code);
  if (list !== undefined) return `Not on the list ${list}`;
  return RULES[code]?.[0] ?? `Own rule of the policy, ${code}`;
}

/** A reason in a few words. */
export function reasonInEnglish(code: string): string {
  const list = listIn(code);
  if (list !== undefined) return `on the list ${list}`;
  return RULES[code]?.[1] ?? `own rule ${code}`;
}

export const evidenceInEnglish = evidenceWords(registryEvidenceInEnglish, ownEvidence);

/** What does not need the registry. */
function ownEvidence(of: OwnEvidence, failed: boolean, wave: number, figures: Figures): string {
  switch (of.kind) {
    case 'same_nik':
      return `${failed ? 'another' : 'no other'} application with this NIK joined wave ${wave} earlier`;
    case 'age':
      return `${of.age} on ${figures.day(of.on)} by the birth date given; ${of.min} to ${of.max} is asked for`;
    case 'school':
      return of.in_school ? 'the application says otherwise' : 'the application says so';
    case 'occupation':
      return of.barred === null ? 'none of the barred ones was given' : `given: ${OCCUPATIONS[of.barred]}`;
    case 'layer':
      return of.at === null ? 'not done: no time is recorded' : figures.moment(of.at);
    case 'list':
      return `the NIK is ${failed ? '' : 'not '}on it (${versionOf(of.list, figures)})`;
    case 'recipient':
      return failed
        ? `this NIK has a place in ${wavesInEnglish(of.waves, figures)}`
        : `none was known when wave ${wave} was closed`;
    case 'block':
      return failed ? `blocked on ${figures.day(of.on)}` : 'no block of the account or the NIK is known';
    case 'further':
      return failed
        ? `${of.text.en} (${of.law})`
        : `the applicant ${predicateSentence(of.fails_when, 'en', false)} (${of.law})`;
  }
}

function versionOf({ version, date, imported_at }: ListVersion, { day }: Figures): string {
  const dated = date === null ? `imported ${day(imported_at.slice(0, 10))}` : `of ${day(date)}`;
  return `version ${version}, ${dated}`;
}

export function wavesInEnglish(waves: readonly number[], { series }: Figures): string {
  return `${waves.length === 1 ? 'wave' : 'waves'} ${series(waves)}`;
}
