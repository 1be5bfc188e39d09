/** What every rule of a policy asks for, in each language. */
import { dayIn, type Language, listed } from './language.ts';
import { type BarredOccupation, matchSourceOf, OLDEST, type Policy } from './policy.ts';
import { IN_ENGLISH, IN_INDONESIAN } from './predicate-words.ts';
import type { FixedReason } from './reasons.ts';

export interface RuleWords {
  readonly reasons: Readonly<Record<FixedReason, (policy: Policy) => string>>;
  /** @param list Whom it is of. */
  readonly list: (list: string) => string;
  /** @param met What is said of whoever does not fail the rule. */
  readonly further: (met: string) => string;
}

const OCCUPATIONS: Readonly<Record<Language, Readonly<Record<BarredOccupation, string>>>> = {
  en: {
    STATE_OFFICIAL: 'a state official',
    LEGISLATOR: 'a member of parliament or of a regional council',
    ASN: 'a civil servant (ASN)',
    TNI: 'a member of the armed forces (TNI)',
    POLRI: 'a member of the police (Polri)',
    VILLAGE_OFFICIAL: 'a village head or village official',
    SOE_BOARD: 'on the board of a state or regional company',
  },
  id: {
    STATE_OFFICIAL: 'pejabat negara',
    LEGISLATOR: 'anggota DPR atau DPRD',
    ASN: 'Aparatur Sipil Negara (ASN)',
    TNI: 'prajurit TNI',
    POLRI: 'anggota Polri',
    VILLAGE_OFFICIAL: 'kepala desa atau perangkat desa',
    SOE_BOARD: 'direksi, komisaris, atau dewan pengawas BUMN atau BUMD',
  },
};

export const RULES_IN_ENGLISH: RuleWords = {
  reasons: {
    DUPLICATE_NIK: () =>
      'A NIK counts once in a wave: of several applications with it, the one that joined first.',
    NIK_NOT_FOUND: () => 'The NIK is in the population registry.',
    NIK_INACTIVE: () => 'The registry does not have the NIK as inactive.',
    NIK_DECEASED: () => 'The registry does not have the holder of the NIK as deceased.',
    NIK_DUPLICATE: () => 'The registry does not have the NIK as a duplicate.',
    KK_MISMATCH: () => 'The number of the family card (KK) is that of the registry.',
    NAME_MISMATCH: (policy) =>
      `The name is that of the registry, or similar to it by at least ${policy.match.name} percent${comparesItself(policy) ? ', as Dukcapil finds' : ''}.`,
    BIRTH_DATE_MISMATCH: () => 'The birth date is that of the registry.',
    AGE_OUT_OF_RANGE: ({ age, as_of }) =>
      `On ${dayIn(as_of, 'en')} the applicant ${IN_ENGLISH.age(limits(age), true)}.`,
    IN_SCHOOL: () => 'The applicant is not at school or university.',
    OCCUPATION_BARRED: ({ barred_occupations: barred }) =>
      barred.length === 0
        ? 'No occupation is barred.'
        : `The applicant is not ${listed(occupationsIn('en', barred), 'en')}.`,
    EMAIL_UNVERIFIED: () => 'The e-mail address is confirmed.',
    PHONE_UNVERIFIED: () => 'The telephone number is confirmed.',
    SELFIE_UNVERIFIED: () => 'The selfie with the identity card is accepted.',
    TEST_NOT_TAKEN: () => 'The motivation test is taken.',
    PAST_RECIPIENT: () => 'The NIK has not received a place in an earlier wave.',
    BLOCKED: () => 'Neither the account nor the NIK is blocked.',
  },
  list: (list) => `The NIK is not on the list ${list}.`,
  further: (met) => `The applicant ${met}.`,
};

export const RULES_IN_INDONESIAN: RuleWords = {
  reasons: {
    DUPLICATE_NIK: () =>
      'Satu NIK dinilai satu kali dalam satu gelombang: jika ada beberapa pendaftaran, yang lebih dahulu bergabung.',
    NIK_NOT_FOUND: () => 'NIK ada di data kependudukan.',
    NIK_INACTIVE: () => 'NIK tidak tercatat nonaktif di data kependudukan.',
    NIK_DECEASED: () => 'Pemilik NIK tidak tercatat meninggal dunia di data kependudukan.',
    NIK_DUPLICATE: () => 'NIK tidak tercatat ganda di data kependudukan.',
    KK_MISMATCH: () => 'Nomor Kartu Keluarga (KK) sama dengan data kependudukan.',
    NAME_MISMATCH: (policy) =>
      `Nama sama dengan data kependudukan, atau mirip minimal ${policy.match.name} persen${comparesItself(policy) ? ' menurut Dukcapil' : ''}.`,
    BIRTH_DATE_MISMATCH: () => 'Tanggal lahir sama dengan data kependudukan.',
    AGE_OUT_OF_RANGE: ({ age, as_of }) =>
      `Pada ${dayIn(as_of, 'id')} pendaftar ${IN_INDONESIAN.age(limits(age), true)}.`,
    IN_SCHOOL: () => 'Pendaftar tidak sedang bersekolah atau kuliah.',
    OCCUPATION_BARRED: ({ barred_occupations: barred }) =>
      barred.length === 0
        ? 'Tidak ada pekerjaan yang dilarang.'
        : `Pendaftar bukan ${listed(occupationsIn('id', barred), 'id', 'nor')}.`,
    EMAIL_UNVERIFIED: () => 'Alamat e-mail sudah dikonfirmasi.',
    PHONE_UNVERIFIED: () => 'Nomor telepon sudah dikonfirmasi.',
    SELFIE_UNVERIFIED: () => 'Swafoto dengan KTP sudah diterima.',
    TEST_NOT_TAKEN: () => 'Tes motivasi sudah dikerjakan.',
    PAST_RECIPIENT: () => 'NIK belum pernah menerima tempat pada gelombang terdahulu.',
    BLOCKED: () => 'Akun maupun NIK tidak diblokir.',
  },
  list: (list) => `NIK tidak ada di daftar ${list}.`,
  further: (met) => `Pendaftar ${met}.`,
};

/** The web service says how similar names are: nobody else knows the registry's. */
function comparesItself(policy: Policy): boolean {
  return matchSourceOf(policy) === 'dukcapil';
}

/** Without the upper one where it is none. */
function limits({ min, max }: Policy['age']): { readonly min: number; readonly max?: number } {
  return max === OLDEST ? { min } : { min, max };
}

function occupationsIn(language: Language, barred: readonly BarredOccupation[]): string[] {
  return barred.map((occupation) => OCCUPATIONS[language][occupation]);
}
