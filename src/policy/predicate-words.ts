/** What each kind of condition says of a person, in each language; with `meant` false, its opposite. */
import { type Language, listed } from './language.ts';
import type { EmploymentStatus } from './policy.ts';
import { placeName } from './provinces.ts';

interface AgeSpan {
  readonly min?: number;
  readonly max?: number;
}

export interface PredicateWords {
  readonly and: string;
  readonly or: string;
  employmentStatus(statuses: readonly EmploymentStatus[], meant: boolean): string;
  list(name: string, meant: boolean): string;
  disability(meant: boolean): string;
  education(educations: readonly string[], meant: boolean): string;
  region(codes: readonly string[], meant: boolean): string;
  age(span: AgeSpan, meant: boolean): string;
}

const STATUSES: Readonly<Record<Language, Readonly<Record<EmploymentStatus, string>>>> = {
  en: {
    JOB_SEEKER: 'looking for work',
    LAID_OFF: 'laid off',
    FURLOUGHED: 'furloughed',
    INFORMAL: 'working informally',
    MICRO_ENTREPRENEUR: 'running a micro business',
    EMPLOYEE: 'employed',
  },
  id: {
    JOB_SEEKER: 'sedang mencari kerja',
    LAID_OFF: 'terkena PHK',
    FURLOUGHED: 'dirumahkan',
    INFORMAL: 'bekerja di sektor informal',
    MICRO_ENTREPRENEUR: 'menjalankan usaha mikro',
    EMPLOYEE: 'bekerja sebagai karyawan',
  },
};

export const IN_ENGLISH: PredicateWords = {
  and: 'and',
  or: 'or',
  employmentStatus: (statuses, meant) => {
    const words = statuses.map((status) => STATUSES.en[status]);
    if (meant) return `is ${listed(words, 'en')}`;
    return words.length === 1 ? `is not ${words[0]}` : `is neither ${listed(words, 'en', 'nor')}`;
  },
  list: (name, meant) => `is ${meant ? '' : 'not '}on the list ${name}`,
  disability: (meant) => (meant ? 'has a disability' : 'has no disability'),
  education: (educations, meant) => {
    if (meant) return `gave ${listed(educations, 'en')} as education`;
    if (educations.length === 1) return `did not give ${educations[0]} as education`;
    return `gave neither ${listed(educations, 'en', 'nor')} as education`;
  },
  region: (codes, meant) => {
    const places = codes.map((code) => placeName(code, 'en'));
    if (meant) return `lives in ${listed(places, 'en')}`;
    return places.length === 1
      ? `does not live in ${places[0]}`
      : `lives neither in ${listed(places, 'en', 'nor')}`;
  },
  age: ({ min, max }, meant) => {
    if (min === undefined) return meant ? `is ${max} years old or younger` : `is older than ${max} years`;
    if (max === undefined) return meant ? `is ${min} years old or older` : `is younger than ${min} years`;
    const not = meant ? '' : 'not ';
    return min === max ? `is ${not}${min} years old` : `is ${not}${min} to ${max} years old`;
  },
};

export const IN_INDONESIAN: PredicateWords = {
  and: 'dan',
  or: 'atau',
  employmentStatus: (statuses, meant) =>
    oneOf(
      '',
      statuses.map((status) => STATUSES.id[status]),
      meant,
    ),
  list: (name, meant) => `${meant ? '' : 'tidak '}ada di daftar ${name}`,
  disability: (meant) => (meant ? 'penyandang disabilitas' : 'bukan penyandang disabilitas'),
  education: (educations, meant) => oneOf('berpendidikan ', educations, meant),
  region: (codes, meant) =>
    oneOf(
      'tinggal di ',
      codes.map((code) => placeName(code, 'id')),
      meant,
    ),
  age: ({ min, max }, meant) => {
    if (min === undefined)
      return meant ? `berusia paling tinggi ${max} tahun` : `berusia di atas ${max} tahun`;
    if (max === undefined)
      return meant ? `berusia paling rendah ${min} tahun` : `berusia di bawah ${min} tahun`;
    const not = meant ? '' : 'tidak ';
    return min === max ? `${not}berusia ${min} tahun` : `${not}berusia ${min} sampai ${max} tahun`;
  },
};

function oneOf(verb: string, words: readonly string[], meant: boolean): string {
  return meant ? `${verb}${listed(words, 'id')}` : `tidak ${verb}${listed(words, 'id', 'nor')}`;
}
