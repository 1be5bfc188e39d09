/** What is known of the lists that are commonly used, by name; any other is called by its name. */
import type { Language } from './language.ts';

export interface ListWords {
  /** Whom it is of, after the word for a list. */
  readonly is: string;
  /** Who puts a mistake in it right. */
  readonly ask: string;
}

const KNOWN: Readonly<Record<Language, Readonly<Record<string, ListWords>>>> = {
  id: {
    dtks: {
      is: 'penerima bantuan sosial (DTKS)',
      ask: 'dinas sosial setempat atau kantor desa atau kelurahan Anda',
    },
    bsu: {
      is: 'penerima Bantuan Subsidi Upah (BSU)',
      ask: 'BPJS Ketenagakerjaan atau perusahaan Anda',
    },
    bpum: { is: 'penerima Bantuan Produktif Usaha Mikro (BPUM)', ask: 'dinas koperasi dan UKM setempat' },
    asn: { is: 'Aparatur Sipil Negara (ASN)', ask: 'Badan Kepegawaian Negara' },
    tni: { is: 'anggota TNI', ask: 'kesatuan tempat Anda tercatat' },
    polri: { is: 'anggota Polri', ask: 'kesatuan tempat Anda tercatat' },
  },
  en: {
    dtks: {
      is: 'of recipients of social aid (DTKS)',
      ask: 'the social affairs office of your regency, or your village office',
    },
    bsu: {
      is: 'of recipients of the wage subsidy (BSU)',
      ask: 'BPJS Ketenagakerjaan or your employer',
    },
    bpum: {
      is: 'of recipients of the aid for micro businesses (BPUM)',
      ask: 'the office for cooperatives and small businesses of your regency',
    },
    asn: { is: 'of civil servants (ASN)', ask: 'the National Civil Service Agency (BKN)' },
    tni: { is: 'of members of the armed forces (TNI)', ask: 'the unit in which you are registered' },
    polri: { is: 'of members of the police (Polri)', ask: 'the unit in which you are registered' },
  },
};

const WHOEVER_MADE_IT = { id: 'instansi yang menyusun daftar itu', en: 'the agency that made the list' };

export function listWords(name: string, language: Language): ListWords {
  const known = KNOWN[language];
  const words = Object.hasOwn(known, name) ? known[name] : undefined;
  return words ?? { is: `"${name}"`, ask: WHOEVER_MADE_IT[language] };
}
