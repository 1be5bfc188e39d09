/** What goes over the wire: a question as the service takes it, and its answer as far as it can be understood. */
import type { Question } from '../registry/question.ts';
import { REGISTRY_STATUSES } from '../wave/people.ts';
import type { ServiceAnswer } from './caller.ts';
import type { CodeMeaning, DukcapilSettings } from './settings.ts';

const FOUND = '01';

/** `none`: whatever it is, it is no answer, and says nothing for or against the person. */
export type Reading =
  | { readonly kind: 'answer'; readonly answer: ServiceAnswer }
  | { readonly kind: 'stop' | 'day' | 'hours'; readonly code: string }
  | { readonly kind: 'none'; readonly why: string };

type Account = Pick<DukcapilSettings, 'userId' | 'password' | 'ipUser'>;

/** The body of a call, in JSON. TRESHOLD is spelt so. */
export function bodyOf({ userId, password, ipUser }: Account, question: Question): string {
  const [year, month, day] = question.birthDate.split('-');
  return JSON.stringify({
    USER_ID: userId,
    PASSWORD: password,
    IP_USER: ipUser,
    TRESHOLD: String(question.threshold),
    NIK: question.nik,
    NO_KK: question.kk,
    NAMA_LGKP: question.fullName,
    TGL_LHR: `${day}-${month}-${year}`,
  });
}

/** @param asked Whom it is to be about, and how alike names had to be. */
export function readAnswer(
  text: string,
  codes: DukcapilSettings['codes'],
  { nik, threshold }: Pick<Question, 'nik' | 'threshold'>,
): Reading {
  const parts = partsOf(text);
  if (typeof parts === 'string') return none(parts);
  const [top, content] = parts;
  const code = codeOf(top, content);
  if (code === undefined) return none('an answer with a code that is none');
  if (code === '' && isSaid(top, content)) return none('an answer that says something without a code');
  const meaning: CodeMeaning = code === '' ? 'found' : (codes[code] ?? 'retry');
  switch (meaning) {
    case 'stop':
    case 'day':
    case 'hours':
      return { kind: meaning, code };
    case 'retry':
      return none(`code ${code}`);
    default:
      return isAboutAnother(nik, meaning, [top.NIK, content.NIK])
        ? none('an answer about another NIK')
        : readPerson(content, { meaning, code, threshold, callsLeft: callsLeftOf(top, content) });
  }
}

/** The element says that the NIK is the same, or it is the NIK itself. Who is not there may be told so by the element. */
function isAboutAnother(nik: string, meaning: CodeMeaning, elements: readonly unknown[]): boolean {
  const is = meaning !== 'not_found';
  return elements.some((element) => !isMissing(element) && element !== nik && comparison(element) !== is);
}

type Fields = Readonly<Record<string, unknown>>;

/** What stands at the top and what within the content, where codes and elements are; or what is wrong. */
function partsOf(text: string): readonly [top: Fields, content: Fields] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text.trim() === '' ? 'an empty answer' : 'an answer that is no JSON';
  }
  if (!isFields(value)) return 'an answer of another form';
  const content = contentOf(value.content);
  return content === undefined ? 'an answer of another form' : [value, content];
}

/** An array of one, or that one itself; where there is a code at the top there may be nothing. */
function contentOf(content: unknown): Fields | undefined {
  if (isMissing(content)) return {};
  if (!Array.isArray(content)) return isFields(content) ? content : undefined;
  const [only = {}, ...others]: unknown[] = content;
  return isFields(only) && others.length === 0 ? only : undefined;
}

/** Blank where there is none; undefined where it is none of two digits, or there are two that differ. */
function codeOf(...parts: readonly Fields[]): string | undefined {
  const given = parts
    .map(({ RESPONSE_CODE: code }) => code)
    .filter((code) => !isMissing(code) && code !== '');
  const [code = '', ...others] = new Set(given.map((each) => textOf(each).padStart(2, '0')));
  if (others.length > 0 || given.some((each) => textOf(each) === '')) return undefined;
  return /^(\d\d)?$/.test(code) ? code : undefined;
}

/** Whether there is a text beside the elements, as there is beside codes. */
function isSaid(...parts: readonly Fields[]): boolean {
  return parts.some(({ RESPON, RESPONSE }) => textOf(RESPON) !== '' || textOf(RESPONSE) !== '');
}

interface About {
  readonly meaning: CodeMeaning;
  readonly code: string;
  readonly threshold: number;
  readonly callsLeft: number | null;
}

function readPerson(content: Fields, { meaning, code, threshold, callsLeft }: About): Reading {
  const kkMatches = comparison(content.NO_KK);
  const birthDateMatches = comparison(content.TGL_LHR);
  const nameSimilarity = similarity(content.NAMA_LGKP, threshold);
  const elements = [kkMatches, birthDateMatches, nameSimilarity];
  if (meaning === 'not_found') {
    // Of nobody nothing can be the same.
    if (elements.some((element) => element)) return none('an answer that contradicts itself');
    return person({ code, status: 0, ...UNSAID, callsLeft });
  }
  if (kkMatches === undefined || birthDateMatches === undefined || nameSimilarity === undefined) {
    return none('an answer in other words');
  }
  if (meaning === 'found' && elements.includes(null)) return none('an answer that leaves out what was asked');
  const status = 1 + REGISTRY_STATUSES.indexOf(STATUS_OF[meaning as keyof typeof STATUS_OF]);
  return person({ code, status, kkMatches, birthDateMatches, nameSimilarity, callsLeft });
}

const STATUS_OF = {
  found: 'ACTIVE',
  inactive: 'INACTIVE',
  deceased: 'DECEASED',
  duplicate: 'DUPLICATE',
} as const;
const UNSAID = { kkMatches: null, birthDateMatches: null, nameSimilarity: null } as const;

function person(answer: ServiceAnswer): Reading {
  return { kind: 'answer', answer: { ...answer, code: answer.code || FOUND } };
}

/** Null where nothing is said; undefined where it is said in other words. */
function comparison(element: unknown): boolean | null | undefined {
  if (isMissing(element)) return null;
  const found = /^(tidak +)?sesuai$/i.exec(textOf(element));
  return found === null ? undefined : found[1] === undefined;
}

/** The same of a name, in percent. A score that is not what the word says is neither. */
function similarity(element: unknown, threshold: number): number | null | undefined {
  if (isMissing(element)) return null;
  const found = /^(tidak +)?sesuai(?: *\((\d{1,3})\))?$/i.exec(textOf(element));
  if (found === null) return undefined;
  const [, not, score = not === undefined ? 100 : 0] = found;
  const isAlike = Number(score) >= threshold;
  return Number(score) <= 100 && isAlike === (not === undefined) ? Number(score) : undefined;
}

function callsLeftOf(...parts: readonly Fields[]): number | null {
  const left = parts.map(({ quotaLimiter }) => textOf(quotaLimiter)).find((text) => /^\d{1,9}$/.test(text));
  return left === undefined ? null : Number(left);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function isMissing(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function none(why: string): Reading {
  return { kind: 'none', why };
}
