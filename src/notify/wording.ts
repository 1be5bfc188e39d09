/** What a person is told of the outcome, in Indonesian. Holds no identity number: a notice travels in clear text. */
import { adviceOn, type PolicyFacts } from '../policy/advice.ts';
import { amountIn } from '../policy/language.ts';
import type { Outcome } from '../proof/seats.ts';
import { redact } from '../redact.ts';

/** What a notice tells of, whoever it goes to. */
export interface MessageFacts extends PolicyFacts {
  readonly wave: number;
  readonly outcome: Outcome;
  /** Reason codes, in their order; of an INELIGIBLE application, or an UNVERIFIED one that has some all the same. */
  readonly reasons: readonly string[];
  /** How many there were to draw from, and how many seats there were. */
  readonly candidates: number;
  readonly seats: number;
  readonly householdCap: number;
  /** In how many days the first training has to be bought. */
  readonly purchaseDays: number;
}

export interface NoticeText {
  readonly subject: string;
  readonly body: string;
}

/** A text that many get, each behind a salutation of their own. */
export interface Message {
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

const DATA_IS_FINE = 'Pendaftaran Anda memenuhi semua syarat. Tidak ada yang salah dengan data Anda.';
const JOIN_AGAIN =
  'Untuk ikut gelombang berikutnya, masuk ke akun Anda dan tekan tombol Gabung satu kali. Data Anda sudah tersimpan dan tidak perlu diisi lagi.';

const MESSAGES: Readonly<Record<Outcome, (facts: MessageFacts) => Message>> = {
  ACCEPTED: ({ wave, purchaseDays }) => ({
    subject: `Selamat, Anda diterima di Kartu Prakerja gelombang ${wave}`,
    paragraphs: [
      `Selamat! Anda mendapat tempat di Kartu Prakerja gelombang ${wave}.`,
      `Langkah berikutnya: beli pelatihan pertama Anda dalam ${purchaseDays} hari sejak pengumuman ini. Pilih pelatihannya di akun Anda.`,
      `Jika dalam ${purchaseDays} hari belum ada pelatihan yang dibeli, kepesertaan Anda dicabut, tempat Anda diberikan kepada orang lain, dan Anda tidak dapat mendaftar lagi.`,
    ],
  }),
  RESERVE: ({ wave }) => ({
    subject: `Anda masuk cadangan Kartu Prakerja gelombang ${wave}`,
    paragraphs: [
      DATA_IS_FINE,
      `Dalam undian, nomor Anda berada tepat setelah tempat yang tersedia, sehingga Anda masuk daftar cadangan gelombang ${wave}. Jika ada tempat yang kosong, tempat itu diberikan menurut urutan undian.`,
      'Anda tidak perlu melakukan apa pun. Bila giliran Anda tiba, kami akan mengabari Anda.',
    ],
  }),
  NOT_DRAWN: ({ wave, candidates, seats }) => ({
    subject: `Anda belum terpilih di Kartu Prakerja gelombang ${wave}`,
    paragraphs: [
      DATA_IS_FINE,
      `Peminatnya lebih banyak daripada tempatnya: ada ${amountIn(candidates, 'id')} calon untuk ${amountIn(seats, 'id')} tempat. Penerima ditentukan dengan undian, dan kali ini Anda belum terpilih.`,
      JOIN_AGAIN,
    ],
  }),
  HOUSEHOLD_CAP: ({ wave, householdCap }) => ({
    subject: `Hasil Kartu Prakerja gelombang ${wave}`,
    paragraphs: [
      DATA_IS_FINE,
      `Namun dalam satu Kartu Keluarga paling banyak ${householdCap} orang dapat menerima Kartu Prakerja. Di keluarga Anda jumlah itu sudah tercapai, oleh penerima gelombang terdahulu atau oleh anggota keluarga yang lebih dahulu terpilih di gelombang ini.`,
      'Jika Anda sudah pindah ke Kartu Keluarga lain, isi nomor KK yang terbaru di akun Anda, lalu ikut gelombang berikutnya.',
    ],
  }),
  INELIGIBLE: (facts) => ({
    subject: `Hasil Kartu Prakerja gelombang ${facts.wave}`,
    paragraphs: [
      `Pendaftaran Anda belum dapat ikut undian gelombang ${facts.wave}. ${
        facts.reasons.length === 1 ? 'Ini alasannya' : 'Ini semua alasannya'
      }, dan apa yang dapat Anda lakukan:`,
      ...whatToDo(facts),
    ],
  }),
  UNVERIFIED: (facts) => ({
    subject: `Data Anda belum dapat diperiksa untuk Kartu Prakerja gelombang ${facts.wave}`,
    paragraphs: [
      `Data Anda belum dapat dicocokkan dengan data kependudukan Dukcapil sampai gelombang ${facts.wave} diumumkan, karena layanannya tidak memberi jawaban. Ini bukan penolakan${facts.reasons.length === 0 ? ', dan tidak ada yang salah dengan pendaftaran Anda' : ''}.`,
      ...(facts.reasons.length === 0
        ? []
        : [
            'Namun hal lain sudah dapat diperiksa. Perbaiki sebelum ikut gelombang berikutnya:',
            ...whatToDo(facts),
          ]),
      JOIN_AGAIN,
    ],
  }),
};

/** Reason by reason, with its number. */
function whatToDo(facts: MessageFacts): string[] {
  return facts.reasons.map((reason, index) => {
    const { what, todo } = adviceOn(reason, facts, 'id');
    return `${index + 1}. ${what}\n   ${todo}`;
  });
}

/** Throws TypeError for an INELIGIBLE one without reasons: nobody is turned down without. */
export function messageOf(facts: MessageFacts): Message {
  const isWithReasons = facts.reasons.length > 0;
  if (facts.outcome !== 'UNVERIFIED' && (facts.outcome === 'INELIGIBLE') !== isWithReasons) {
    throw new TypeError(`${facts.outcome} with ${facts.reasons.length} reasons cannot be put into words`);
  }
  return MESSAGES[facts.outcome](facts);
}

/** The message as it goes to one person. */
export function addressed({ subject, paragraphs }: Message, fullName: string): NoticeText {
  const salutation = `Yth. ${nameForLetter(fullName)},`;
  return { subject, body: `${[salutation, ...paragraphs, 'Salam,\nKartu Prakerja'].join('\n\n')}\n` };
}

/** On one line, and without a number that someone typed into the field for the name. */
function nameForLetter(fullName: string): string {
  return redact(fullName.replace(/[\p{Z}\p{C}]+/gu, ' ').trim());
}
