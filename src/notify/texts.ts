/** The texts of a channel, for the people of a wave. */
import { readSmallText } from '../files/reading.ts';
import { type PolicyFacts, policyFacts } from '../policy/advice.ts';
import { canonicalJson } from '../proof/canonical.ts';
import { type Channel, FILE } from '../wave/channels.ts';
import type { Wave } from '../wave/record.ts';
import type { Reader } from './readers.ts';
import { allAdvice } from './texts/all-advice.ts';
import { BUILT_IN_SMS, builtInLetter, type LetterText } from './texts/built-in.ts';
import { checkedBody, checkedSms, checkedSubject } from './texts/checked.ts';
import type { TextSettings } from './texts/environment.ts';
import { escaped, numbered, page } from './texts/html.ts';
import { KINDS, type Kind, kindOf, type Told } from './texts/kinds.ts';
import { adviceFor, letterInPieces, nameForLetter } from './texts/letters.ts';
import type { OwnTexts } from './texts/own.ts';
import { filled } from './texts/template.ts';
import { type Figures, valuesOf } from './texts/variables.ts';

/** What one person is sent. */
export interface Written {
  /** Of an SMS, empty. */
  readonly subject: string;
  readonly body: string;
  readonly html?: string;
}

export interface Texts {
  readonly channel: Channel;
  /** All of them as JSON: what is kept with what was sent. */
  readonly document: string;
  /** Of a wave. What is written may be asked for a million times: what many are told alike is made once. */
  of(wave: WaveTold): (reader: Addressee) => Written;
}

/** Of a reader, what the texts need. */
export type Addressee = Told & { readonly gave: Pick<Reader['gave'], 'full_name'> };

/** What the texts say of a wave. */
export type WaveTold = Pick<Wave, 'id' | 'quota' | 'policy' | 'funnel'>;

/** Days in which the first training is to be bought (Permenko 11/2020, article 20). */
const PURCHASE_DAYS = 30;

/** Texts that are kept, made for all who are told the same; some combinations of reasons are those of one person alone. */
const MOST_KEPT = 2_000;

/** Makes what one outcome with its reasons is told, of a wave. */
type Making = (told: Told, figures: Figures, facts: PolicyFacts) => (fullName: string) => Written;

/**
 * The built-in texts, and in their place those of the file that is set. What goes to a file is a letter in plain text.
 * @throws GelombangError INPUT_REFUSED for a file that cannot be read, or with everything that is wrong with it.
 */
export async function openTexts(channel: Channel, { templates, contact }: TextSettings): Promise<Texts> {
  const own = templates === undefined ? undefined : await readOwn(templates, contact);
  return channel === 'sms' ? messages(own, contact) : letters(channel, own, contact);
}

async function readOwn(path: string, contact: string | undefined): Promise<OwnTexts> {
  // Its parser takes a while to load, and most have no file.
  const { LARGEST_TEXTS, readOwnTexts } = await import('./texts/own.ts');
  return readOwnTexts(await readSmallText(path, LARGEST_TEXTS), path, contact);
}

function letters(channel: Channel, own: OwnTexts | undefined, contact: string | undefined): Texts {
  const sources = byKind(
    (kind): LetterText => own?.email[kind] ?? builtInLetter(kind, contact !== undefined),
  );
  const parsed = byKind((kind) => ({
    ...checkedSubject({ kind, contact }, sources[kind].subject),
    ...checkedBody({ kind, contact }, sources[kind].body),
  }));
  const isPlain = channel === FILE;
  const make: Making = (told, figures, facts) => {
    const { subject, body, html } = letterInPieces(
      parsed[kindOf(told)],
      figures,
      adviceFor(told.reasons, facts),
    );
    return (fullName) => {
      const name = nameForLetter(fullName);
      const letter = { subject: subject.join(name), body: body.join(name) };
      return isPlain ? letter : { ...letter, html: html.join(escaped(name)) };
    };
  };
  const layout = isPlain ? {} : { layout: page('', [numbered([{ what: '', todo: '' }])]) };
  const document = { channel, texts: sources, advice: allAdvice(), ...contactIn(contact), ...layout };
  return { channel, document: canonicalJson(document), of: ofWave(make, contact) };
}

function messages(own: OwnTexts | undefined, contact: string | undefined): Texts {
  const sources = byKind((kind) => own?.sms[kind] ?? BUILT_IN_SMS[kind]);
  const parsed = byKind((kind) => checkedSms({ kind, contact }, sources[kind]).sms);
  const make: Making = (told, figures) => {
    const message = { subject: '', body: filled(parsed[kindOf(told)], valuesOf(figures)) };
    return () => message;
  };
  const document = { channel: 'sms', texts: sources, ...contactIn(contact) };
  return { channel: 'sms', document: canonicalJson(document), of: ofWave(make, contact) };
}

/** Those of one outcome and the same reasons are told the same. */
function ofWave(make: Making, contact: string | undefined): Texts['of'] {
  return ({ id, quota, policy, funnel }) => {
    const candidates = new Map(funnel ?? []).get('CANDIDATES') ?? 0;
    const facts = policyFacts(policy);
    const known = new Map<string, (fullName: string) => Written>();
    return ({ outcome, reasons, gave }) => {
      const key = [outcome, ...reasons].join('|');
      let write = known.get(key);
      if (write === undefined) {
        const figures = {
          ...{ wave: id, candidates, seats: quota, householdCap: policy.household_cap },
          ...{ purchaseDays: PURCHASE_DAYS, reasons: reasons.length, contact },
        };
        write = make({ outcome, reasons }, figures, facts);
        if (known.size >= MOST_KEPT) known.clear();
        known.set(key, write);
      }
      return write(gave.full_name);
    };
  };
}

function byKind<T>(make: (kind: Kind) => T): Readonly<Record<Kind, T>> {
  return Object.fromEntries(KINDS.map((kind) => [kind, make(kind)])) as Record<Kind, T>;
}

function contactIn(contact: string | undefined): { contact?: string } {
  return contact === undefined ? {} : { contact };
}
