/** What a person is told of the outcome where no other text is given, in Indonesian. It holds no identity number: it travels in clear text. */
import type { Kind } from './kinds.ts';

/** As it is written: names in two braces. */
export interface LetterText {
  readonly subject: string;
  /** Paragraphs, with an empty line between. */
  readonly body: string;
}

const DATA_IS_FINE = 'Pendaftaran Anda memenuhi semua syarat. Tidak ada yang salah dengan data Anda.';
const JOIN_AGAIN =
  'Untuk ikut gelombang berikutnya, masuk ke akun Anda dan tekan tombol Gabung satu kali. Data Anda sudah tersimpan, jadi tidak perlu diisi lagi.';
const NO_ANSWER =
  'Data Anda belum dapat dicocokkan dengan data kependudukan Dukcapil sampai gelombang {{gelombang}} diumumkan, karena layanan di sana tidak memberi jawaban. Ini bukan penolakan';

const SUBJECT = 'Hasil Kartu Prakerja gelombang {{gelombang}}';
const NOT_CHECKED = 'Data Anda belum dapat diperiksa untuk Kartu Prakerja gelombang {{gelombang}}';

const LETTERS: Readonly<Record<Kind, readonly [subject: string, ...paragraphs: string[]]>> = {
  ACCEPTED: [
    'Selamat, Anda diterima di Kartu Prakerja gelombang {{gelombang}}',
    'Selamat! Anda diterima sebagai penerima Kartu Prakerja gelombang {{gelombang}}.',
    'Langkah berikutnya: pilih dan beli pelatihan pertama Anda, lewat akun Anda, dalam {{hari}} hari sejak pengumuman ini.',
    'Mohon jangan sampai terlewat: jika dalam {{hari}} hari itu belum ada pelatihan yang dibeli, kepesertaan Anda dicabut, tempat Anda diberikan kepada orang lain, dan Anda tidak dapat mendaftar lagi.',
  ],
  RESERVE: [
    'Anda masuk daftar cadangan Kartu Prakerja gelombang {{gelombang}}',
    DATA_IS_FINE,
    'Dalam undian, nomor urut Anda berada tepat setelah batas tempat yang tersedia, sehingga Anda masuk daftar cadangan gelombang {{gelombang}}. Jika ada tempat yang kosong, tempat itu diberikan menurut urutan undian.',
    'Anda tidak perlu melakukan apa pun. Jika tiba giliran Anda, kami akan mengabari Anda.',
  ],
  NOT_DRAWN: [
    'Anda belum terpilih di Kartu Prakerja gelombang {{gelombang}}',
    DATA_IS_FINE,
    'Peminatnya lebih banyak daripada tempat yang tersedia: ada {{calon}} calon untuk {{kuota}} tempat. Penerima ditentukan dengan undian, dan kali ini Anda belum terpilih.',
    JOIN_AGAIN,
  ],
  HOUSEHOLD_CAP: [
    SUBJECT,
    DATA_IS_FINE,
    'Namun, dalam satu Kartu Keluarga paling banyak {{batas_keluarga}} orang dapat menerima Kartu Prakerja. Di keluarga Anda jumlah itu sudah tercapai, oleh penerima dari gelombang terdahulu atau oleh anggota keluarga yang terpilih lebih dahulu di gelombang ini.',
    'Jika Anda sudah pindah ke Kartu Keluarga lain, isi nomor KK yang terbaru di akun Anda, lalu ikut gelombang berikutnya.',
  ],
  INELIGIBLE: [
    SUBJECT,
    'Mohon maaf, Anda belum dapat ikut undian Kartu Prakerja gelombang {{gelombang}}. Berikut alasannya secara lengkap, beserta apa yang dapat Anda lakukan:',
    '{{alasan}}',
  ],
  UNVERIFIED: [NOT_CHECKED, `${NO_ANSWER}, dan tidak ada yang perlu Anda perbaiki.`, JOIN_AGAIN],
  UNVERIFIED_WITH_REASONS: [
    NOT_CHECKED,
    `${NO_ANSWER}.`,
    'Namun, hal lain sudah dapat diperiksa. Mohon perhatikan hal berikut sebelum ikut gelombang berikutnya:',
    '{{alasan}}',
    'Setelah itu, masuk ke akun Anda dan tekan tombol Gabung satu kali di gelombang berikutnya.',
  ],
};

const SALUTATION = 'Yth. {{nama}},';
const HELP = 'Perlu bantuan? Hubungi {{kontak}}';
const CLOSING = 'Salam,\nKartu Prakerja';

export function builtInLetter(kind: Kind, hasContact: boolean): LetterText {
  const [subject, ...paragraphs] = LETTERS[kind];
  const all = [SALUTATION, ...paragraphs, ...(hasContact ? [HELP] : []), CLOSING];
  return { subject, body: all.join('\n\n') };
}

const IN_FULL = 'di akun atau e-mail Anda';

/** In GSM-7; that to the accepted is one segment, whatever is put in, and the others are two at the most. */
export const BUILT_IN_SMS: Readonly<Record<Kind, string>> = {
  ACCEPTED:
    'Selamat! Anda diterima di Kartu Prakerja gelombang {{gelombang}}. Beli pelatihan pertama lewat akun Anda dalam {{hari}} hari agar kepesertaan tidak dicabut.',
  RESERVE:
    'Anda masuk daftar cadangan Kartu Prakerja gelombang {{gelombang}}. Tidak ada yang salah dengan data Anda. Anda tidak perlu melakukan apa pun: kami kabari jika ada tempat untuk Anda.',
  NOT_DRAWN:
    'Anda belum terpilih di Kartu Prakerja gelombang {{gelombang}}. Tidak ada yang salah dengan data Anda: ada {{calon}} calon untuk {{kuota}} tempat, dan penerimanya diundi. Untuk ikut lagi, masuk ke akun Anda dan tekan Gabung.',
  HOUSEHOLD_CAP: `Anda belum dapat menerima Kartu Prakerja gelombang {{gelombang}}. Tidak ada yang salah dengan data Anda, tetapi batas {{batas_keluarga}} penerima dalam satu Kartu Keluarga sudah tercapai. Penjelasannya ada ${IN_FULL}.`,
  INELIGIBLE: `Mohon maaf, Anda belum dapat ikut undian Kartu Prakerja gelombang {{gelombang}} karena {{jumlah_alasan}} hal. Baca penjelasannya dan apa yang dapat Anda lakukan ${IN_FULL}.`,
  UNVERIFIED:
    'Data Anda belum dapat dicocokkan dengan data Dukcapil untuk Kartu Prakerja gelombang {{gelombang}}, karena layanannya tidak menjawab. Ini bukan penolakan. Untuk ikut lagi, masuk ke akun Anda dan tekan Gabung.',
  UNVERIFIED_WITH_REASONS: `Data Anda belum dapat dicocokkan dengan data Dukcapil untuk Kartu Prakerja gelombang {{gelombang}}. Ini bukan penolakan, tetapi ada {{jumlah_alasan}} hal lain yang perlu Anda perhatikan: baca ${IN_FULL}.`,
};
