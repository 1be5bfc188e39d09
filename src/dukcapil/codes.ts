/**
 * What the codes of the web service's answers mean. The service hands its list out with the account and changes it now and
 * then; this is the one that clients of it in public code know. An operator who has another one says so in DUKCAPIL_CODES.
 */
import { CODE_MEANINGS, type CodeMeaning } from './settings.ts';

export type Codes = Readonly<Record<string, CodeMeaning>>;

/** Any other code is asked again: nobody is turned away for what is not understood. */
export const DEFAULT_CODES: Codes = {
  '01': 'found',
  '03': 'stop',
  '04': 'stop',
  '05': 'day',
  '06': 'hours',
  // Questions are all alike: what one of them lacks they all lack.
  '07': 'stop',
  // The registry knows the NIK and will not say anything of it before the person was at an office: what they have to do is
  // what those do whose NIK is inactive, and not to look for a wrong digit.
  '08': 'inactive',
  '09': 'stop',
  '10': 'stop',
  '11': 'deceased',
  '12': 'duplicate',
  '13': 'not_found',
  '14': 'inactive',
  // Sixteen digits which no NIK of the registry has.
  '15': 'not_found',
  '16': 'stop',
  '17': 'stop',
};

/** Meanings of answers about a person, which are final. */
const FINAL: readonly CodeMeaning[] = ['found', 'not_found', 'inactive', 'deceased', 'duplicate'];
const FOUND = '01';
const ABOUT_SOMEBODY = ['08', '11', '12', '14'];
const ABOUT_NOBODY = ['13', '15'];
const ABOUT_THE_CALL = ['03', '04', '05', '06', '07', '09', '10', '16', '17'];

const CREDENTIALS = 'look at DUKCAPIL_USER_ID and DUKCAPIL_PASSWORD';
const STOPS: Readonly<Record<string, string>> = {
  '03': `Dukcapil refuses the login (code 03): ${CREDENTIALS}`,
  '04': 'Dukcapil is called from another address than it expects (code 04): look at DUKCAPIL_IP_USER, and at the address with which this machine goes out',
  '07': 'Dukcapil finds the question incomplete (code 07): look whether DUKCAPIL_URL is that of CALL_VERIFY_BY_ELEMEN, and whether the agreement covers NO_KK, NAMA_LGKP and TGL_LHR; if it is one person alone, ask again with DUKCAPIL_CODES="07=retry"',
  '09': `Dukcapil has received no credentials (code 09): ${CREDENTIALS}`,
  '10': 'Dukcapil does not know the address (code 10): have DUKCAPIL_IP_USER registered there, or correct it',
  '16': 'Dukcapil has the agency as inactive (code 16): ask there why, and look at the customer in DUKCAPIL_URL',
  '17': 'Dukcapil has the user as inactive (code 17): ask there why, or set another DUKCAPIL_USER_ID',
};
const PAUSES = {
  day: "Today's quota of calls is spent",
  hours: 'Dukcapil is outside its hours of access',
} as const;

/** A sentence for the operator: why nobody is asked any more, and which setting to look at. */
export function stopSentence(code: string): string {
  return STOPS[code] ?? `Dukcapil answers with code ${code}, for which DUKCAPIL_CODES says stop`;
}

export function pauseSentence(meaning: keyof typeof PAUSES, code: string): string {
  return `${PAUSES[meaning]} (code ${code})`;
}

export interface CodesRead {
  /** The default ones, with those that were given. */
  readonly codes: Codes;
  /** Of the entries, counted from 1. */
  readonly faults: readonly { readonly entry: number; readonly what: string }[];
}

/** @param text Entries such as `12=found 08=retry`. */
export function readCodes(text: string): CodesRead {
  const given = new Map<string, CodeMeaning>();
  const faults: { entry: number; what: string }[] = [];
  const entries = text.trim().split(/\s+/);
  entries.forEach((entry, at) => {
    const [, code, meaning] = /^(\d\d)=(\w+)$/.exec(entry) ?? [];
    const what = given.has(code ?? '') ? 'a code that no entry before it has' : expectedOf(code, meaning);
    if (what === undefined) given.set(code as string, meaning as CodeMeaning);
    else faults.push({ entry: at + 1, what: `expected ${what}` });
  });
  return { codes: { ...DEFAULT_CODES, ...Object.fromEntries(given) }, faults };
}

/** What the entry should have been; undefined where it can be used. */
function expectedOf(code: string | undefined, meaning: string | undefined): string | undefined {
  if (code === undefined) return 'two digits, an equals sign and a meaning, such as 12=found';
  const allowed = allowedOf(code);
  if (allowed.some((name) => name === meaning)) return undefined;
  return `one of ${allowed.join(', ')} for code ${code}`;
}

/** Nobody is turned away because a login failed, and the queue does not wait for the next day because someone is unknown. */
function allowedOf(code: string): readonly CodeMeaning[] {
  if (code === FOUND) return ['found'];
  if (ABOUT_SOMEBODY.includes(code)) return [...FINAL, 'retry', 'stop'];
  if (ABOUT_NOBODY.includes(code))
    return [...FINAL.filter((meaning) => meaning !== 'found'), 'retry', 'stop'];
  if (ABOUT_THE_CALL.includes(code)) return CODE_MEANINGS.filter((meaning) => !FINAL.includes(meaning));
  return CODE_MEANINGS;
}
