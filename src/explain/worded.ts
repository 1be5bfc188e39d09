/** An explanation put into words: the JSON document, and the lines that are read out to a person. */

import type { NikWarning } from '../identity/nik.ts';
import type { Language } from '../policy/language.ts';
import type { Policy } from '../policy/policy.ts';
import type { Explained } from './explain.ts';
import type { Evidence, Explanation, Finding, Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';
import { adviceOn } from './policy-words.ts';
import { isNotAsked } from './registry-evidence.ts';
import { type Row, type Texts, textsIn, type WarningNote } from './texts.ts';

interface Todo {
  /** Null where the outcome is for no reasons. */
  readonly reason: string | null;
  readonly what: string | null;
  readonly todo: string;
}

/** A line of a rule has its finding, others have a name before them or nothing. */
export type Line =
  | { readonly finding: Finding; readonly text: string }
  | { readonly label: string; readonly text: string }
  | { readonly text: string };

export interface Section {
  /** Null for what comes first. */
  readonly heading: string | null;
  readonly lines: readonly Line[];
}

export interface Worded {
  readonly document: object;
  readonly title: string;
  /** That the wave is void, if it is. */
  readonly voided: string | null;
  readonly summary: string;
  readonly sections: readonly Section[];
}

export function worded({ explanation, policy }: Explained, language: Language): Worded {
  const { texts, figures } = textsIn(language);
  const summary = texts.summary(explanation, figures);
  const todo = todoAfter(explanation, policy, language, texts);
  return {
    document: documentOf(explanation, { language, summary, todo }, texts, figures),
    title: texts.title(explanation),
    voided: texts.voided(explanation, figures),
    summary,
    sections: sectionsOf(explanation, todo, language),
  };
}

function todoAfter(
  explanation: Explanation,
  policy: Policy,
  language: Language,
  texts: Texts,
): readonly Todo[] {
  const { outcome, reasons } = explanation;
  const unmet = reasons.map((reason) => {
    const { what, todo } = adviceOn(reason, policy, language);
    const mistyped = reason === 'NIK_NOT_FOUND' ? howMistyped(explanation, texts) : [];
    return { reason, what, todo: [...mistyped, todo].join(' ') };
  });
  // Whoever could not be verified may fail rules that do not need the registry.
  return outcome === 'INELIGIBLE'
    ? unmet
    : [...unmet, { reason: null, what: null, todo: texts.next[outcome] }];
}

function howMistyped(explanation: Explanation, texts: Texts): string[] {
  if (isNotAsked(explanation)) return [texts.notANik];
  return explanation.nik_slip === null ? [] : [texts.slips[explanation.nik_slip]];
}

function documentOf(
  explanation: Explanation,
  {
    language,
    summary,
    todo,
  }: { readonly language: Language; readonly summary: string; readonly todo: readonly Todo[] },
  texts: Texts,
  figures: Figures,
): object {
  const { wave, registration_no, ...rest } = explanation;
  const commands = checkCommands(explanation);
  return {
    ...{ wave, registration_no, lang: language, summary },
    ...rest,
    rules: explanation.rules.map((ruling) => {
      const rule = texts.rule(ruling.code);
      const evidence = texts.evidence(ruling, explanation, figures);
      return { code: ruling.code, finding: ruling.finding, rule, evidence, facts: factsOf(ruling.evidence) };
    }),
    nik_warnings: explanation.nik_warnings.map((code) => ({
      code,
      text: warningText(code, explanation, texts, figures),
    })),
    draw: explanation.draw === null ? null : { ...explanation.draw, check: commands },
    what_to_do: todo,
  };
}

/** Without what is said of a list beside the rules. */
function factsOf({ kind, ...facts }: Evidence): object {
  if (kind !== 'list' || !('list' in facts)) return facts;
  const { name, version, source, date } = facts.list;
  return { list: name, version, source, date };
}

function sectionsOf(explanation: Explanation, todo: readonly Todo[], language: Language): readonly Section[] {
  const { texts, figures } = textsIn(language);
  const { headings } = texts;
  const { rules, nik_warnings: warnings, draw, other_waves: others, lists } = explanation;
  const heldAgainst = [
    ...texts.registry(explanation, figures),
    ...lists.map((list) => texts.list(list, figures)),
  ];
  const check = checkCommands(explanation).map((text, at) => ({ label: at === 0 ? texts.check : '', text }));
  return [
    { heading: null, lines: texts.application(explanation, figures).map(named) },
    { heading: headings.rules, lines: rules.map((ruling) => ruleLine(ruling, explanation, language)) },
    { heading: headings.held_against, lines: heldAgainst.map(named) },
    {
      heading: headings.warnings,
      lines: warnings.map((code) => {
        const said = warningText(code, explanation, texts, figures);
        const note = noteOn(code, explanation);
        return { text: note === null ? said : `${said} ${texts.warningNotes[note]}` };
      }),
    },
    {
      heading: headings.draw,
      lines: draw === null ? [] : [...texts.draw({ ...explanation, draw }, figures).map(named), ...check],
    },
    { heading: headings.other_waves, lines: others.map((other) => named(texts.otherWave(other, figures))) },
    { heading: headings.todo, lines: todo.map(todoLine) },
  ].filter(({ lines }) => lines.length > 0);
}

function warningText(code: NikWarning, { nik }: Explanation, texts: Texts, figures: Figures): string {
  const said = texts.warnings[code];
  if (code !== 'NIK_BIRTH_DATE_DIFFERS' || nik.differs_in.length === 0) return said;
  return `${said} ${texts.differsIn(nik.differs_in, figures)}`;
}

/** Of a NIK that nobody was asked for, once is enough. */
function noteOn(code: NikWarning, explanation: Explanation): WarningNote | null {
  if (code === 'NIK_NOT_ASKED') return 'decided_it';
  const isWhy = code === 'NIK_DATE_IMPOSSIBLE' || code === 'NIK_PROVINCE_UNKNOWN';
  if (isWhy && isNotAsked(explanation)) return null;
  return code === 'NIK_BIRTH_DATE_DIFFERS' || code === 'NIK_SEX_DIFFERS' ? 'stays_the_same' : 'no_part';
}

function named([label, text]: Row): Line {
  return { label, text };
}

function ruleLine(ruling: Ruling, explanation: Explanation, language: Language): Line {
  const { texts, figures } = textsIn(language);
  const text = `${texts.rule(ruling.code)}: ${texts.evidence(ruling, explanation, figures)}`;
  return { finding: ruling.finding, text };
}

/** Several are numbered, so that they can be told apart when they are read out. */
function todoLine({ what, todo }: Todo, at: number, all: readonly Todo[]): Line {
  const text = what === null ? todo : `${what} ${todo}`;
  return all.length === 1 ? { text } : { label: `${at + 1}.`, text };
}

/** Anyone can check the draw from the folder that is published. */
function checkCommands({ registration_no }: Explanation): readonly string[] {
  return [`gelombang verify DIR --one ${registration_no}`];
}
