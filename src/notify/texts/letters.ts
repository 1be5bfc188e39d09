/** Letters and messages of a wave, each made once for all who are told the same. */
import { type Advice, adviceOn, type PolicyFacts } from '../../policy/advice.ts';
import { redact } from '../../redact.ts';
import type { Letter } from './checked.ts';
import { escaped, numbered, page, paragraph } from './html.ts';
import { filled } from './template.ts';
import { type Figures, NAME_TO_COME, valuesOf } from './variables.ts';

/** A letter in the pieces that everyone's own name comes between. */
export interface LetterInPieces {
  readonly subject: readonly string[];
  readonly body: readonly string[];
  readonly html: readonly string[];
}

export function letterInPieces(letter: Letter, figures: Figures, advice: readonly Advice[]): LetterInPieces {
  const values = valuesOf(figures);
  const subject = filled(letter.subject, values);
  const texts = letter.blocks.map((block) => (block === 'reasons' ? block : filled(block, values)));
  const plain = texts.map((text) => (text === 'reasons' ? numberedInText(advice) : text));
  const html = texts.map((text) => (text === 'reasons' ? numbered(advice) : paragraph(text)));
  return {
    subject: subject.split(NAME_TO_COME),
    body: `${plain.join('\n\n')}\n`.split(NAME_TO_COME),
    html: page(escaped(subject), html).split(NAME_TO_COME),
  };
}

export function adviceFor(reasons: readonly string[], facts: PolicyFacts): readonly Advice[] {
  return reasons.map((reason) => adviceOn(reason, facts, 'id'));
}

/** What to do about each, with its number. */
function numberedInText(advice: readonly Advice[]): string {
  return advice.map(({ what, todo }, index) => `${index + 1}. ${what}\n   ${todo}`).join('\n\n');
}

/** On one line, and without a number that someone typed into the field for the name. */
export function nameForLetter(fullName: string): string {
  return redact(fullName.replace(/[\p{Z}\p{C}]+/gu, ' ').trim());
}
