/** The columns that a file must have, under the names that the program uses for them. */
export interface ColumnSet<Name extends string = string, Column extends string = string> {
  readonly name: Name;
  readonly columns: readonly Column[];
}

/**
 * What a column may also be called, in any case: with spaces, dots or dashes for the underscores as well. One table
 * for every file that is read; `--help` prints it.
 */
export const COLUMN_ALIASES: Readonly<Record<string, readonly string[]>> = {
  registration_no: [
    'no_pendaftaran',
    'nomor_pendaftaran',
    'no_registrasi',
    'nomor_registrasi',
    'id_pendaftaran',
  ],
  nik: ['no_nik', 'nomor_nik', 'no_ktp', 'nomor_ktp', 'nomor_induk_kependudukan'],
  kk: ['no_kk', 'nomor_kk', 'no_kartu_keluarga', 'nomor_kartu_keluarga', 'nkk'],
  full_name: ['nama_lengkap', 'nama'],
  birth_date: ['tanggal_lahir', 'tgl_lahir'],
  sex: ['jenis_kelamin', 'jk', 'kelamin'],
  email: ['e_mail', 'surel', 'alamat_surel', 'alamat_email'],
  phone: ['no_hp', 'nomor_hp', 'no_telepon', 'nomor_telepon', 'no_telp', 'no_handphone', 'telepon'],
  regency_code: [
    'kode_kabupaten',
    'kode_kab',
    'kode_kabupaten_kota',
    'kode_kab_kota',
    'kode_kota',
    'kode_domisili',
  ],
  education: ['pendidikan', 'pendidikan_terakhir'],
  in_school: ['masih_sekolah', 'sedang_sekolah', 'status_sekolah'],
  employment_status: ['status_pekerjaan', 'status_kerja', 'status_ketenagakerjaan'],
  occupation: ['pekerjaan', 'jenis_pekerjaan', 'profesi'],
  disability: ['disabilitas', 'penyandang_disabilitas', 'difabel'],
  email_verified_at: ['waktu_verifikasi_email', 'waktu_verifikasi_surel', 'email_terverifikasi_pada'],
  phone_verified_at: ['waktu_verifikasi_hp', 'waktu_verifikasi_telepon', 'hp_terverifikasi_pada'],
  selfie_verified_at: ['waktu_verifikasi_swafoto', 'waktu_verifikasi_selfie', 'swafoto_terverifikasi_pada'],
  test_taken_at: ['waktu_tes', 'tanggal_tes', 'waktu_ujian'],
  joined_at: [
    'waktu_gabung',
    'tanggal_gabung',
    'waktu_daftar',
    'tanggal_daftar',
    'waktu_mendaftar',
    'tanggal_mendaftar',
  ],
  status: ['status_penduduk', 'status_kependudukan'],
  wave: ['gelombang', 'gelombang_ke', 'no_gelombang'],
};

const CANONICAL_NAMES: ReadonlyMap<string, string> = new Map(
  Object.entries(COLUMN_ALIASES).flatMap(([column, aliases]) =>
    [column, ...aliases].map((name) => [name, column]),
  ),
);

/** A header name as it is compared: lower case, one underscore for whatever is between its words. */
export function plainColumnName(header: string): string {
  return header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}

/** The program's name for the column, or undefined when the header is not known. */
export function columnNamed(header: string): string | undefined {
  return CANONICAL_NAMES.get(plainColumnName(header));
}

/** The names under which a column may stand in a file, the program's own first. */
export function namesOfColumn(column: string): readonly string[] {
  return [column, ...(COLUMN_ALIASES[column] ?? [])];
}
