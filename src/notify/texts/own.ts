/** Texts of an installation's own, from a file of YAML: some or all of them; for the others the built-in ones stand. */
import { closest } from 'fastest-levenshtein';
import { isMap, isScalar, type Node, type YAMLMap } from 'yaml';
import type { Fault } from '../../errors.ts';
import { LARGEST_POLICY } from '../../policy/bounds.ts';
import { readDocument, refused, syntaxFaults } from '../../policy/document.ts';
import type { Source } from '../../policy/faults.ts';
import type { LetterText } from './built-in.ts';
import { checkedBody, checkedSms, checkedSubject, type TextSlip } from './checked.ts';
import { FORMS, KINDS, type Kind } from './kinds.ts';

/** Bytes. */
export const LARGEST_TEXTS = LARGEST_POLICY;

export interface OwnTexts {
  readonly email: Readonly<Partial<Record<Kind, LetterText>>>;
  readonly sms: Readonly<Partial<Record<Kind, string>>>;
}

const LETTER_FIELDS = ['subject', 'body'] as const;

/**
 * `text` is the content of the file, `file` what it is called in messages.
 * @throws GelombangError INPUT_REFUSED with everything that is wrong with it, each with line and column.
 */
export function readOwnTexts(text: string, file: string, contact: string | undefined): OwnTexts {
  const reading = {
    file,
    kind: 'the file of texts',
    expected: 'email or sms',
    place: (line: number, column: number) => `${file}:${line}:${column}`,
    most: LARGEST_TEXTS,
  };
  const source = readDocument(text, reading);
  const reader = new OwnReader(source, contact);
  const texts = reader.texts();
  const faults = [...syntaxFaults(source), ...reader.faults];
  if (faults.length > 0) throw refused(reading, faults);
  return texts;
}

/** Goes through the file, and notes what is wrong on the way. */
class OwnReader {
  readonly faults: Fault[] = [];
  readonly #source: Source;
  readonly #contact: string | undefined;

  constructor(source: Source, contact: string | undefined) {
    this.#source = source;
    this.#contact = contact;
  }

  texts(): OwnTexts {
    const email: Partial<Record<Kind, LetterText>> = {};
    const sms: Partial<Record<Kind, string>> = {};
    for (const [form, byKind] of this.#members(this.#source.document.contents, '', FORMS)) {
      for (const [kind, node] of this.#members(byKind, form, KINDS)) {
        const name = `${form}.${kind}`;
        if (form === 'email') email[kind] = this.#letter(node, name, kind);
        else sms[kind] = this.#sms(node, name, kind);
      }
    }
    return { email, sms };
  }

  #letter(node: unknown, name: string, kind: Kind): LetterText {
    const use = { kind, contact: this.#contact };
    const fields = new Map(this.#members(node, name, LETTER_FIELDS));
    const texts = LETTER_FIELDS.map((field) => {
      const given = fields.get(field);
      if (given === undefined) {
        if (isMap(node)) this.#fault(node, `${name}.${field} is missing`);
        return '';
      }
      const text = this.#text(given, `${name}.${field}`);
      if (text === undefined) return '';
      const { slips } = field === 'subject' ? checkedSubject(use, text) : checkedBody(use, text);
      this.#slips(given, `${name}.${field}`, slips);
      return text;
    });
    const [subject = '', body = ''] = texts;
    return { subject: subject.trim(), body };
  }

  #sms(node: unknown, name: string, kind: Kind): string {
    const text = this.#text(node, name);
    if (text === undefined) return '';
    this.#slips(node, name, checkedSms({ kind, contact: this.#contact }, text).slips);
    return text.trim();
  }

  /** Those that are known; what is not is a fault. */
  #members<Name extends string>(node: unknown, name: string, known: readonly Name[]): [Name, unknown][] {
    if (!isMap(node)) {
      this.#fault(node, `${name}: expected ${known.join(', ')}, each with its text`);
      return [];
    }
    return (node as YAMLMap<unknown, unknown>).items.flatMap(({ key, value }): [Name, unknown][] => {
      const word = isScalar(key) ? String(key.value) : '';
      const found = known.find((each) => each === word);
      if (found !== undefined) return [[found, value ?? key]];
      const full = name === '' ? word : `${name}.${word}`;
      this.#fault(key, `${full.slice(0, 80)} is unknown`, `Did you mean ${closest(word, [...known])}?`);
      return [];
    });
  }

  #text(node: unknown, name: string): string | undefined {
    if (isScalar(node) && typeof node.value === 'string') return node.value;
    this.#fault(node, `${name}: expected a text`, 'Write it behind | on lines of its own, or in quotes.');
    return undefined;
  }

  #slips(node: unknown, name: string, slips: readonly TextSlip[]): void {
    for (const { words, before = 0, what } of slips) {
      this.faults.push({
        where: this.#source.lineOf(this.#offsetOf(node, words, before)),
        what: `${name}: ${what}`,
      });
    }
  }

  /** Where the words stand in the file, the first ones that come after so many; the beginning of the text where they are written otherwise. */
  #offsetOf(node: unknown, words: string | undefined, before: number): number {
    const [start, end] = rangeOf(node);
    if (words === undefined) return start;
    let at = this.#source.text.indexOf(words, start);
    for (let left = before; left > 0 && at >= 0; left--)
      at = this.#source.text.indexOf(words, at + words.length);
    return at >= start && at < end ? at : start;
  }

  #fault(node: unknown, what: string, hint?: string): void {
    const where = this.#source.lineOf(rangeOf(node)[0]);
    this.faults.push(hint === undefined ? { where, what } : { where, what, hint });
  }
}

function rangeOf(node: unknown): readonly [start: number, end: number] {
  const [start, end] = (node as Node | null)?.range ?? [0, 0];
  return [start, end];
}
