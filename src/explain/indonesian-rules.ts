/** Rules, and on what they were decided, in Indonesian. */
import type { Occupation } from '../policy/policy.ts';
import { type Evidence, type Explanation, type ListVersion, listIn, type Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';
import { predicateSentence } from './policy-words.ts';

/** What holds where a rule is passed, and what was found where it is not. */
const RULES: Readonly<Record<string, readonly [rule: string, reason: string]>> = {
  DUPLICATE_NIK: ['Satu pendaftaran untuk satu NIK', 'NIK sudah dipakai pendaftaran lain'],
  NIK_NOT_FOUND: ['NIK ada di data Dukcapil', 'NIK tidak ada di data Dukcapil'],
  NIK_INACTIVE: ['Tidak tercatat nonaktif', 'tercatat nonaktif'],
  NIK_DECEASED: ['Tidak tercatat meninggal dunia', 'tercatat meninggal dunia'],
  NIK_DUPLICATE: ['Tidak tercatat ganda', 'tercatat ganda'],
  KK_MISMATCH: ['Nomor KK sesuai', 'nomor KK berbeda'],
  NAME_MISMATCH: ['Nama sesuai', 'nama berbeda'],
  BIRTH_DATE_MISMATCH: ['Tanggal lahir sesuai', 'tanggal lahir berbeda'],
  AGE_OUT_OF_RANGE: ['Usia', 'usia'],
  IN_SCHOOL: ['Tidak sedang bersekolah atau kuliah', 'masih bersekolah atau kuliah'],
  OCCUPATION_BARRED: ['Pekerjaan tidak termasuk yang dilarang', 'pekerjaan yang dilarang'],
  EMAIL_UNVERIFIED: ['E-mail sudah dikonfirmasi', 'e-mail belum dikonfirmasi'],
  PHONE_UNVERIFIED: ['Nomor telepon sudah dikonfirmasi', 'nomor telepon belum dikonfirmasi'],
  SELFIE_UNVERIFIED: ['Swafoto dengan KTP sudah diterima', 'swafoto belum diterima'],
  TEST_NOT_TAKEN: ['Tes motivasi sudah dikerjakan', 'tes motivasi belum dikerjakan'],
  PAST_RECIPIENT: ['Belum pernah menerima Kartu Prakerja', 'sudah pernah menerima'],
  BLOCKED: ['Tidak diblokir', 'diblokir'],
};

const OCCUPATIONS: Readonly<Record<Occupation, string>> = {
  PRIVATE: 'swasta',
  STATE_OFFICIAL: 'pejabat negara',
  LEGISLATOR: 'anggota DPR atau DPRD',
  ASN: 'Aparatur Sipil Negara (ASN)',
  TNI: 'anggota TNI',
  POLRI: 'anggota Polri',
  VILLAGE_OFFICIAL: 'kepala atau perangkat desa',
  SOE_BOARD: 'direksi, komisaris, atau pengawas BUMN/BUMD',
};

export function ruleInIndonesian(code: string): string {
  const list = listIn(code);
  if (list !== undefined) return `Tidak ada di daftar ${list}`;
  return RULES[code]?.[0] ?? `Aturan khusus ${code}`;
}

/** A reason in a few words. */
export function reasonInIndonesian(code: string): string {
  const list = listIn(code);
  if (list !== undefined) return `ada di daftar ${list}`;
  return RULES[code]?.[1] ?? `aturan khusus ${code}`;
}

export function evidenceInIndonesian(ruling: Ruling, explanation: Explanation, figures: Figures): string {
  const failed = ruling.finding === 'failed';
  const registry = `data Dukcapil per ${figures.day(explanation.registry?.as_of ?? '')}`;
  if (ruling.finding === 'not_asked') {
    return explanation.outcome === 'UNVERIFIED'
      ? 'belum dapat diperiksa karena Dukcapil tidak memberi jawaban'
      : 'tidak dapat diperiksa karena NIK tidak ada di data Dukcapil';
  }
  const of = ruling.evidence;
  switch (of.kind) {
    case 'known':
      return failed ? `tidak ada di ${registry}${nearly(of)}` : `ada di ${registry}`;
    case 'status':
      return `${failed ? 'tercatat begitu' : 'tidak ada catatan seperti itu'} di ${registry}`;
    case 'kk':
      return failed
        ? `nomor KK yang diisi berakhiran ${of.given_ends_in}, berbeda dengan ${registry}`
        : `sama dengan ${registry}`;
    case 'name':
      return `${of.similarity}% mirip dengan ${registry}; syaratnya minimal ${of.least}%`;
    case 'birth_date':
      return `${failed ? 'berbeda' : 'sama'} dengan ${registry}`;
    default:
      return ownEvidence(of, failed, explanation.wave, figures);
  }
}

function nearly({ slip }: Evidence & { kind: 'known' }): string {
  const person = 'penduduk aktif dengan nama dan tanggal lahir yang sama';
  if (slip === null) return `; ${person} dan NIK yang hampir sama juga tidak ada`;
  return slip === 'one_digit'
    ? `, tetapi di sana ada ${person}, yang NIK-nya berbeda satu angka`
    : `, tetapi di sana ada ${person}, yang dua angka berdampingan di NIK-nya bertukar tempat`;
}

type OwnEvidence = Exclude<Evidence, { kind: 'known' | 'status' | 'kk' | 'name' | 'birth_date' }>;

/** What does not need the registry. */
function ownEvidence(of: OwnEvidence, failed: boolean, wave: number, figures: Figures): string {
  switch (of.kind) {
    case 'same_nik':
      return `${failed ? 'ada' : 'tidak ada'} pendaftaran lain dengan NIK ini yang lebih dahulu bergabung di gelombang ${wave}`;
    case 'age':
      return `${of.age} tahun pada ${figures.day(of.on)} menurut tanggal lahir yang diisi; syaratnya ${of.min} sampai ${of.max} tahun`;
    case 'school':
      return of.in_school ? 'di isian pendaftaran: masih bersekolah atau kuliah' : 'sesuai isian pendaftaran';
    case 'occupation':
      return of.barred === null
        ? 'sesuai isian pendaftaran'
        : `di isian pendaftaran: ${OCCUPATIONS[of.barred]}`;
    case 'layer':
      return of.at === null ? 'belum, tidak ada waktu yang tercatat' : figures.moment(of.at);
    case 'list':
      return `NIK ${failed ? '' : 'tidak '}ada di sana (${versionOf(of.list, figures)})`;
    case 'recipient':
      return failed
        ? `NIK ini tercatat sebagai penerima ${wavesInIndonesian(of.waves, figures)}`
        : `tidak ada catatan penerimaan ketika gelombang ${wave} ditutup`;
    case 'block':
      return failed ? `diblokir pada ${figures.day(of.on)}` : 'tidak ada catatan pemblokiran akun atau NIK';
    case 'further':
      return failed
        ? `${of.text.id} (${of.law})`
        : `pendaftar ${predicateSentence(of.fails_when, 'id', false)} (${of.law})`;
  }
}

function versionOf({ version, date, imported_at }: ListVersion, { day }: Figures): string {
  const dated = date === null ? `dimuat ${day(imported_at.slice(0, 10))}` : `tanggal ${day(date)}`;
  return `versi ${version}, ${dated}`;
}

export function wavesInIndonesian(waves: readonly number[], { series }: Figures): string {
  return `gelombang ${series(waves)}`;
}
