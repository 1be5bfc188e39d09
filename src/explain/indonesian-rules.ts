/** Rules, and on what they were decided, in Indonesian. */
import type { Occupation } from '../policy/policy.ts';
import { type ListVersion, listIn } from './explanation.ts';
import type { Figures } from './figures.ts';
import { registryEvidenceInIndonesian } from './indonesian-registry.ts';
import { predicateSentence } from './policy-words.ts';
import { evidenceWords, type OwnEvidence } from './registry-evidence.ts';

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

export const evidenceInIndonesian = evidenceWords(registryEvidenceInIndonesian, ownEvidence);

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
