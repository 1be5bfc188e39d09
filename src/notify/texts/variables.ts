/** What can be put into a text: by its name there, and where it is known. */
import { amountIn } from '../../policy/language.ts';
import type { Form, Kind } from './kinds.ts';

export const VARIABLES = [
  'gelombang',
  'nama',
  'hari',
  'calon',
  'kuota',
  'batas_keluarga',
  'alasan',
  'jumlah_alasan',
  'kontak',
] as const;
export type Variable = (typeof VARIABLES)[number];

/** What a text tells of, whoever it goes to. */
export interface Figures {
  readonly wave: number;
  /** How many there were to draw from, and how many seats there were. */
  readonly candidates: number;
  readonly seats: number;
  readonly householdCap: number;
  /** In how many days the first training has to be bought. */
  readonly purchaseDays: number;
  readonly reasons: number;
  /** Whom to turn to; undefined where nothing is set. */
  readonly contact: string | undefined;
}

/** Stands where each one's own name does until they are written to: in no text, since there it is refused. */
export const NAME_TO_COME = '\0';

const DRAWN: readonly Kind[] = ['ACCEPTED', 'RESERVE', 'NOT_DRAWN', 'HOUSEHOLD_CAP'];
const WITH_REASONS: readonly Kind[] = ['INELIGIBLE', 'UNVERIFIED_WITH_REASONS'];

/** Where it is known; undefined: everywhere. A name in an SMS could be of any length, and reasons are longer than one. */
const KNOWN: Readonly<Partial<Record<Variable, { readonly kinds?: readonly Kind[]; readonly form?: Form }>>> =
  {
    nama: { form: 'email' },
    hari: { kinds: ['ACCEPTED'] },
    calon: { kinds: DRAWN },
    kuota: { kinds: DRAWN },
    batas_keluarga: { kinds: ['HOUSEHOLD_CAP'] },
    alasan: { kinds: WITH_REASONS, form: 'email' },
    jumlah_alasan: { kinds: WITH_REASONS },
  };

/** Without which a letter lacks what the person has to know. */
const NEEDED: Readonly<Partial<Record<Kind, Variable>>> = {
  ACCEPTED: 'hari',
  INELIGIBLE: 'alasan',
  UNVERIFIED_WITH_REASONS: 'alasan',
};

export function neededIn(form: Form, kind: Kind): Variable | undefined {
  return form === 'email' ? NEEDED[kind] : undefined;
}

export function knownIn(form: Form, kind: Kind, hasContact: boolean): readonly Variable[] {
  return VARIABLES.filter((variable) => {
    const { kinds, form: only } = KNOWN[variable] ?? {};
    const isThere = variable !== 'kontak' || hasContact;
    return isThere && (kinds?.includes(kind) ?? true) && (only ?? form) === form;
  });
}

/** As they stand in a text. Reasons are more than words: they have a place of their own. */
export function valuesOf(figures: Figures): Readonly<Record<Variable, string>> {
  return {
    gelombang: String(figures.wave),
    nama: NAME_TO_COME,
    hari: String(figures.purchaseDays),
    calon: amountIn(figures.candidates, 'id'),
    kuota: amountIn(figures.seats, 'id'),
    batas_keluarga: String(figures.householdCap),
    alasan: '',
    jumlah_alasan: String(figures.reasons),
    kontak: figures.contact ?? '',
  };
}

/** As long as each of them gets: what an SMS is measured with. */
export function longestFigures(contact: string | undefined): Figures {
  return {
    wave: 9_999,
    candidates: 999_999_999,
    seats: 999_999_999,
    householdCap: 99,
    purchaseDays: 365,
    reasons: 99,
    contact,
  };
}
