/** An explanation put into words: the JSON document, and the lines that are read out to a person. */

import type { Language } from '../policy/language.ts';
import type { Policy } from '../policy/policy.ts';
import type { Explained } from './explain.ts';
import type { Evidence, Explanation, Finding, Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';
import { adviceOn } from './policy-words.ts';
import { type Row, type Texts, textsIn } from './texts.ts';

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
  { outcome, reasons, nik_slip: slip }: Explanation,
  policy: Policy,
  language: Language,
  texts: Texts,
): readonly Todo[] {
  if (outcome !== 'INELIGIBLE') return [{ reason: null, what: null, todo: texts.next[outcome] }];
  return reasons.map((reason) => {
    const { what, todo } = adviceOn(reason, policy, language);
    const slipped = reason === 'NIK_NOT_FOUND' && slip !== null ? `${texts.slips[slip]} ` : '';
    return { reason, what, todo: `${slipped}${todo}` };
  });
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
    nik_warnings: explanation.nik_warnings.map((code) => ({ code, text: texts.warnings[code] })),
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
  const { rules, nik_warnings: warnings, draw, other_waves: others, registry, lists } = explanation;
  const heldAgainst = [
    ...(registry === null ? [] : [texts.registry(registry, figures)]),
    ...lists.map((list) => texts.list(list, figures)),
  ];
  const check = checkCommands(explanation).map((text, at) => ({ label: at === 0 ? texts.check : '', text }));
  return [
    { heading: null, lines: texts.application(explanation, figures).map(named) },
    { heading: headings.rules, lines: rules.map((ruling) => ruleLine(ruling, explanation, language)) },
    { heading: headings.held_against, lines: heldAgainst.map(named) },
    {
      heading: headings.warnings,
      lines: warnings.map((code) => ({ text: `${texts.warnings[code]} ${texts.warningNote}` })),
    },
    {
      heading: headings.draw,
      lines: draw === null ? [] : [...texts.draw({ ...explanation, draw }, figures).map(named), ...check],
    },
    { heading: headings.other_waves, lines: others.map((other) => named(texts.otherWave(other, figures))) },
    { heading: headings.todo, lines: todo.map(todoLine) },
  ].filter(({ lines }) => lines.length > 0);
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
