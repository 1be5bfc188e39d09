/** Every reason in plain Indonesian: what it is, and what the person can do about it. */
import type { AdviceWords } from './advice.ts';
import { dayIn } from './language.ts';
import { OLDEST } from './policy.ts';

const DUKCAPIL = 'hubungi Dukcapil di 1500-538 atau datang ke kantor Dukcapil terdekat';
const HELP = 'layanan bantuan Kartu Prakerja (menu Bantuan di akun Anda)';
const NEXT_WAVE = 'ikut gelombang berikutnya';
const BRING = 'dengan membawa KTP elektronik dan Kartu Keluarga';

const REASONS: AdviceWords['reasons'] = {
  DUPLICATE_NIK: () => ({
    what: 'NIK Anda dipakai juga pada pendaftaran lain yang lebih dahulu bergabung di gelombang ini, dan satu NIK hanya dinilai satu kali.',
    todo: `Jika pendaftaran itu milik Anda, lihat hasilnya di akun tersebut. Jika bukan, laporkan ke ${HELP}.`,
  }),
  NIK_NOT_FOUND: () => ({
    what: 'NIK yang Anda isi tidak ditemukan di data kependudukan Dukcapil.',
    todo: `Cocokkan NIK di akun dengan KTP Anda: satu angka yang keliru saja membuatnya tidak ditemukan. Jika sudah benar, ${DUKCAPIL} agar data Anda diperbarui, lalu ${NEXT_WAVE}.`,
  }),
  NIK_INACTIVE: () => ({
    what: 'NIK Anda tercatat tidak aktif di data kependudukan Dukcapil.',
    todo: `Untuk mengaktifkannya, ${DUKCAPIL} ${BRING}, lalu ${NEXT_WAVE}.`,
  }),
  NIK_DECEASED: () => ({
    what: 'Di data kependudukan Dukcapil, pemilik NIK ini tercatat sudah meninggal dunia.',
    todo: `Jika catatan itu keliru, mohon ${DUKCAPIL} ${BRING} agar dibetulkan, lalu ${NEXT_WAVE}.`,
  }),
  NIK_DUPLICATE: () => ({
    what: 'NIK Anda tercatat ganda di data kependudukan Dukcapil: ini perlu diperiksa petugas di sana, dan belum tentu kesalahan Anda.',
    todo: `Untuk menetapkan data yang benar, ${DUKCAPIL} ${BRING}, lalu ${NEXT_WAVE}.`,
  }),
  KK_MISMATCH: () => ({
    what: 'Nomor Kartu Keluarga (KK) yang Anda isi berbeda dengan data kependudukan Dukcapil.',
    todo: `Nomor KK berubah bila Anda menikah, pindah, atau berganti kepala keluarga: isi nomor dari KK yang terbaru. Jika sudah benar, ${DUKCAPIL}, lalu ${NEXT_WAVE}.`,
  }),
  NAME_MISMATCH: () => ({
    what: 'Nama yang Anda isi terlalu berbeda dengan nama di data kependudukan Dukcapil.',
    todo: `Tulis nama lengkap persis seperti di KTP. Jika nama di KTP yang keliru, ${DUKCAPIL}, lalu ${NEXT_WAVE}.`,
  }),
  BIRTH_DATE_MISMATCH: () => ({
    what: 'Tanggal lahir yang Anda isi berbeda dengan data kependudukan Dukcapil.',
    todo: `Cocokkan tanggal lahir di akun dengan KTP Anda. Jika tanggal di KTP yang keliru, ${DUKCAPIL}, lalu ${NEXT_WAVE}.`,
  }),
  AGE_OUT_OF_RANGE: ({ asOf, ageMin, ageMax }) => {
    const look = `Periksa tanggal lahir di akun Anda. Jika sudah benar dan Anda belum berusia ${ageMin} tahun, Anda dapat ikut setelah mencapai usia itu.`;
    const day = dayIn(asOf, 'id');
    if (ageMax === OLDEST)
      return { what: `Usia Anda pada ${day} belum mencapai ${ageMin} tahun.`, todo: look };
    return {
      what: `Usia Anda pada ${day} tidak di antara ${ageMin} dan ${ageMax} tahun.`,
      todo: `${look} Di atas usia ${ageMax} tahun, program ini tidak dapat diikuti lagi.`,
    };
  },
  IN_SCHOOL: () => ({
    what: 'Anda tercatat masih bersekolah atau kuliah.',
    todo: `Jika sudah lulus atau berhenti, perbarui data pendidikan di akun Anda, lalu ${NEXT_WAVE}.`,
  }),
  OCCUPATION_BARRED: () => ({
    what: 'Pekerjaan yang Anda isi termasuk yang menurut peraturan tidak dapat menerima Kartu Prakerja, misalnya pejabat negara, anggota DPR atau DPRD, ASN, TNI, Polri, perangkat desa, serta direksi atau komisaris BUMN.',
    todo: `Jika Anda tidak lagi bekerja di sana, perbarui data pekerjaan di akun Anda, lalu ${NEXT_WAVE}.`,
  }),
  EMAIL_UNVERIFIED: () => ({
    what: 'Alamat e-mail Anda belum dikonfirmasi.',
    todo: `Buka tautan konfirmasi yang dikirim ke e-mail Anda (lihat juga folder spam), atau minta tautan baru dari akun Anda, lalu ${NEXT_WAVE}.`,
  }),
  PHONE_UNVERIFIED: () => ({
    what: 'Nomor telepon Anda belum dikonfirmasi.',
    todo: `Minta kode OTP dari akun Anda dan masukkan kode itu, lalu ${NEXT_WAVE}.`,
  }),
  SELFIE_UNVERIFIED: () => ({
    what: 'Swafoto Anda dengan KTP belum diterima.',
    todo: `Ambil swafoto baru di tempat yang terang, dengan wajah dan KTP terlihat jelas, lalu ${NEXT_WAVE}.`,
  }),
  TEST_NOT_TAKEN: () => ({
    what: 'Tes motivasi belum Anda kerjakan.',
    todo: `Kerjakan tes itu di akun Anda (tidak ada jawaban yang salah), lalu ${NEXT_WAVE}.`,
  }),
  PAST_RECIPIENT: () => ({
    what: 'NIK Anda sudah pernah menerima Kartu Prakerja pada gelombang terdahulu, dan Kartu Prakerja hanya dapat diterima satu kali.',
    todo: `Jika Anda merasa belum pernah menerimanya, laporkan ke ${HELP}.`,
  }),
  BLOCKED: () => ({
    what: 'Akun atau NIK Anda sedang diblokir.',
    todo: `Jika Anda berkeberatan, ajukan ke ${HELP} dengan foto KTP elektronik, foto Kartu Keluarga, dan swafoto bersama keduanya.`,
  }),
};

export const ADVICE_IN_INDONESIAN: AdviceWords = {
  reasons: REASONS,
  list: ({ is, ask }) => ({
    what: `NIK Anda ada di daftar ${is}, yang pada gelombang ini tidak dapat menerima Kartu Prakerja.`,
    todo: `Jika menurut Anda itu keliru, mintalah perbaikan kepada ${ask}. Daftar yang sudah dibetulkan berlaku mulai gelombang berikutnya.`,
  }),
  further: (law) =>
    `Dasarnya: ${law}. Jika menurut Anda itu keliru, laporkan ke ${HELP}. Jika keadaan Anda sudah berubah, perbarui data di akun Anda, lalu ${NEXT_WAVE}.`,
};
