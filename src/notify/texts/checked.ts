/** Texts as they are written, made ready to be filled in; and all that is wrong with them. */
import { closest } from 'fastest-levenshtein';
import type { Form, Kind } from './kinds.ts';
import { beyondGsm, segmentsOf } from './segments.ts';
import { filled, namesIn, parseTemplate, type Slip, type Template } from './template.ts';
import { knownIn, longestFigures, neededIn, VARIABLES, type Variable, valuesOf } from './variables.ts';

/** A paragraph; or the reasons, each with what to do about it. */
export type Block = Template<Variable> | 'reasons';

export interface Letter {
  readonly subject: Template<Variable>;
  readonly blocks: readonly Block[];
}

/** Characters. What is longer is cut off in a list of messages, and no letter. */
const LONGEST_SUBJECT = 150;
const LONGEST_BODY = 20_000;

/** Segments of an SMS at its longest. */
const MOST_SEGMENTS = { accepted: 1, others: 3 } as const;

const REASONS = 'alasan' satisfies Variable;
const IN_LINE = /\p{Cc}/u;
const IN_BODY = /(?!\n)\p{Cc}/u;

/** What a text is for, and what it may speak of. */
export interface Use {
  readonly kind: Kind;
  /** Whom to turn to, where that is set. */
  readonly contact: string | undefined;
}

/** Of the whole text, or of words in it. */
export type TextSlip = Omit<Slip, 'words' | 'before'> & Partial<Slip>;

export function checkedSubject(
  { kind, contact }: Use,
  text: string,
): { readonly subject: Template<Variable>; readonly slips: readonly TextSlip[] } {
  const { template, slips } = parseTemplate<Variable>(text, (name) =>
    wrongName('email', kind, contact, name),
  );
  const length = filled(template, valuesOf(longestFigures(contact))).length;
  return {
    subject: template,
    slips: [
      ...slips,
      ...blankSlips(text),
      ...found(text, IN_LINE, 'expected a single line, without tabs or other control characters'),
      ...(namesIn(template).includes(REASONS)
        ? [
            {
              words: `{{${REASONS}}}`,
              before: 0,
              what: `{{${REASONS}}} is more than a line: it belongs into the body`,
            },
          ]
        : []),
      ...(length > LONGEST_SUBJECT
        ? [{ what: `up to ${length} characters: a subject has ${LONGEST_SUBJECT} at the most` }]
        : []),
    ],
  };
}

export function checkedBody(
  { kind, contact }: Use,
  text: string,
): { readonly blocks: readonly Block[]; readonly slips: readonly TextSlip[] } {
  const { slips } = parseTemplate(text, (name) => wrongName('email', kind, contact, name));
  const blocks = text
    .trim()
    .split(/\n[^\S\n]*\n\s*/)
    .map((paragraph) => parseTemplate<Variable>(paragraph.trim(), () => undefined).template)
    .map((template) => (isReasons(template) ? 'reasons' : template));
  const names = blocks.flatMap((block) => (block === 'reasons' ? [] : namesIn(block)));
  const isBeside = names.includes(REASONS);
  const needed = neededIn('email', kind);
  const isThere =
    needed === REASONS ? isBeside || blocks.includes('reasons') : names.some((name) => name === needed);
  return {
    blocks,
    slips: [
      ...slips,
      ...blankSlips(text),
      ...found(text, IN_BODY, 'expected no tabs or other control characters'),
      ...(isBeside
        ? [{ what: `{{${REASONS}}} is several paragraphs: expected an empty line before and after it` }]
        : []),
      ...(needed !== undefined && !isThere
        ? [{ what: `expected {{${needed}}} in it, which the person has to know` }]
        : []),
      ...(text.length > LONGEST_BODY
        ? [{ what: `more than ${LONGEST_BODY} characters: no letter is as long` }]
        : []),
    ],
  };
}

export function checkedSms(
  { kind, contact }: Use,
  text: string,
): { readonly sms: Template<Variable>; readonly slips: readonly TextSlip[] } {
  const { template, slips } = parseTemplate<Variable>(text.trim(), (name) =>
    wrongName('sms', kind, contact, name),
  );
  const checks = [
    ...slips,
    ...blankSlips(text),
    ...found(text, IN_BODY, 'expected no tabs or other control characters'),
  ];
  return { sms: template, slips: checks.length > 0 ? checks : tooLong(kind, contact, template) };
}

function tooLong(kind: Kind, contact: string | undefined, template: Template<Variable>): TextSlip[] {
  const most = kind === 'ACCEPTED' ? MOST_SEGMENTS.accepted : MOST_SEGMENTS.others;
  const longest = filled(template, valuesOf(longestFigures(contact)));
  const { alphabet, units, segments } = segmentsOf(longest);
  if (segments <= most) return [];
  const beyond = beyondGsm(longest);
  const why =
    beyond.length === 0 ? '' : `, since ${beyond.slice(0, 5).join(' ')} is not in the alphabet GSM-7`;
  const what = `up to ${units} characters of ${alphabet}${why}: ${segments} segments, and it may have ${most}`;
  return [{ what }];
}

function isReasons(template: Template<Variable>): boolean {
  const [piece] = template;
  return template.length === 1 && typeof piece === 'object' && piece.name === REASONS;
}

function wrongName(form: Form, kind: Kind, contact: string | undefined, name: string): string | undefined {
  const known = knownIn(form, kind, contact !== undefined);
  if (known.some((each) => each === name)) return undefined;
  if (name === 'kontak')
    return '{{kontak}} stands for NOTICE_CONTACT, which is not set: set it, or leave it out';
  if (VARIABLES.some((each) => each === name)) {
    const there = known.map((each) => `{{${each}}}`).join(', ');
    return `{{${name}}} is not known in ${form}.${kind}: there are ${there}`;
  }
  return `{{${name.slice(0, 40)}}} is unknown: did you mean {{${closest(name, [...known])}}}?`;
}

function blankSlips(text: string): TextSlip[] {
  return text.trim() === '' ? [{ what: 'expected a text' }] : [];
}

function found(text: string, unwanted: RegExp, what: string): TextSlip[] {
  return unwanted.test(text) ? [{ what }] : [];
}
