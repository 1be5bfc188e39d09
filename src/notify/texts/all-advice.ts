/** What is said of every reason, as an example has it: so that the version of the texts says whether these words have changed. */
import { type Advice, adviceOn } from '../../policy/advice.ts';
import { LAYERS } from '../../policy/policy.ts';
import { reasonCodes } from '../../policy/reasons.ts';

const RULE = {
  code: 'RULE',
  fails_when: { all: [] },
  text: { id: 'Aturan gelombang ini.', en: 'A rule of this wave.' },
  law: 'dasar hukum',
};

/** An upper limit of age, which has words of its own, and a list that is not known by name. */
const FACTS = { asOf: '2021-01-31', ageMin: 18, ageMax: 64, rules: [RULE] };
const LISTS = ['asn', 'bpum', 'bsu', 'dtks', 'polri', 'tni', 'other'];

export function allAdvice(): Readonly<Record<string, Advice>> {
  const codes = reasonCodes({ layers: [...LAYERS], deny_lists: LISTS, rules: [RULE] });
  return Object.fromEntries(codes.map((code) => [code, adviceOn(code, FACTS, 'id')]));
}
