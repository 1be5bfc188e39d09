/** What an explanation says, in one language. */
import type { NikWarning } from '../identity/nik.ts';
import type { Language } from '../policy/language.ts';
import type { Outcome } from '../proof/seats.ts';
import { ENGLISH } from './english.ts';
import type { DatePart, Drawn, Explanation, ListVersion, OtherWave, Ruling, Slip } from './explanation.ts';
import { type Figures, figuresIn } from './figures.ts';
import { INDONESIAN } from './indonesian.ts';

/** A line with a name before it. */
export type Row = readonly [label: string, text: string];

/** Of an application that was in the draw. */
export type DrawnExplanation = Explanation & { readonly draw: Drawn };

type Heading = 'rules' | 'warnings' | 'draw' | 'other_waves' | 'todo' | 'held_against';

/** What a warning meant for the outcome. */
export type WarningNote = 'decided_it' | 'stays_the_same' | 'no_part';

export interface Texts {
  readonly headings: Readonly<Record<Heading, string>>;
  /** Which wave and whose application. */
  title(explanation: Explanation): string;
  /** Said first where the wave does not count any more. */
  voided(explanation: Explanation, figures: Figures): string | null;
  /** The outcome in a sentence. */
  summary(explanation: Explanation, figures: Figures): string;
  /** Which application it is about. */
  application(explanation: Explanation, figures: Figures): readonly Row[];
  /** What holds where a rule is passed, in a few words. */
  rule(code: string): string;
  /** On what a rule was decided. */
  evidence(ruling: Ruling, explanation: Explanation, figures: Figures): string;
  readonly warnings: Readonly<Record<NikWarning, string>>;
  /** In what the birth date in the NIK is another. */
  differsIn(parts: readonly DatePart[], figures: Figures): string;
  readonly warningNotes: Readonly<Record<WarningNote, string>>;
  draw(explanation: DrawnExplanation, figures: Figures): readonly Row[];
  /** The label of how to check the draw. */
  readonly check: string;
  otherWave(other: OtherWave, figures: Figures): Row;
  /** Which version of the registry, or which answer of it. */
  registry(explanation: Explanation, figures: Figures): readonly Row[];
  list(list: ListVersion, figures: Figures): Row;
  /** What to do after an outcome that is for no reasons. */
  readonly next: Readonly<Record<Exclude<Outcome, 'INELIGIBLE'>, string>>;
  readonly slips: Readonly<Record<Slip, string>>;
  /** Of a NIK that nobody was asked for, since its digits are none. */
  readonly notANik: string;
}

const TEXTS: Readonly<Record<Language, Texts>> = { en: ENGLISH, id: INDONESIAN };

export function textsIn(language: Language): { readonly texts: Texts; readonly figures: Figures } {
  return { texts: TEXTS[language], figures: figuresIn(language) };
}
