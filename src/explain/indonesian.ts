/** An explanation in Indonesian. */
import type { Outcome } from '../proof/seats.ts';
import type { Drawn, Explanation, OtherWave, Ruling } from './explanation.ts';
import type { Figures } from './figures.ts';
import { registryInIndonesian } from './indonesian-registry.ts';
import {
  evidenceInIndonesian,
  reasonInIndonesian,
  ruleInIndonesian,
  wavesInIndonesian,
} from './indonesian-rules.ts';
import { placeOf as originName } from './nik-says.ts';
import { placeName, predicateSentence } from './policy-words.ts';
import type { DrawnExplanation, Row, Texts } from './texts.ts';

const DATE_PARTS = { day: 'tanggal', month: 'bulan', year: 'tahun' } as const;

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  ACCEPTED: 'diterima',
  RESERVE: 'masuk cadangan',
  NOT_DRAWN: 'memenuhi syarat, belum terpilih',
  HOUSEHOLD_CAP: 'memenuhi syarat, jatah keluarga sudah habis',
  INELIGIBLE: 'tidak memenuhi syarat',
  UNVERIFIED: 'belum diputuskan, Dukcapil tidak memberi jawaban',
};

function summary({ outcome, rules, reasons, draw }: Explanation, figures: Figures): string {
  const { amount } = figures;
  const place = draw === null ? '' : `${placeOf(draw, figures)} untuk ${amount(draw.seats)} tempat`;
  switch (outcome) {
    case 'ACCEPTED':
      return `Diterima: ${place}.`;
    case 'RESERVE':
      return `Masuk cadangan, nomor ${draw?.reserve_place} di daftar cadangan: ${place}.`;
    case 'NOT_DRAWN':
      return `Memenuhi semua syarat, tetapi belum terpilih: ${place}.`;
    case 'HOUSEHOLD_CAP':
      return 'Memenuhi semua syarat, tetapi jatah keluarga (KK) ini sudah habis.';
    case 'INELIGIBLE':
      return `Tidak memenuhi syarat: ${reasons.length} dari ${rules.length} aturan tidak terpenuhi.`;
    case 'UNVERIFIED':
      return undecided(rules, reasons);
  }
}

function undecided(rules: readonly Ruling[], reasons: readonly string[]): string {
  const open = rules.filter(({ finding }) => finding === 'not_asked').length;
  const unmet = reasons.length === 0 ? '' : ` Dari aturan lainnya, ${reasons.length} tidak terpenuhi.`;
  return `Belum dapat diputuskan: Dukcapil tidak memberi jawaban, padahal diperlukan untuk ${open} dari ${rules.length} aturan. Ini bukan penolakan.${unmet}`;
}

function placeOf({ rank, candidates }: Drawn, { amount }: Figures): string {
  return `urutan ${amount(rank ?? 0)} dari ${amount(candidates)} calon`;
}

function drawRows({ outcome, draw }: DrawnExplanation, figures: Figures): readonly Row[] {
  return [
    ['tingkat', tier(draw)],
    ['tiket', tickets(draw, figures)],
    ['keluarga', household(outcome, draw, figures)],
    ...(draw.rank === null ? [] : [place(draw, figures)]),
    ['tempat', seats(draw, figures)],
    ...chances(draw, figures),
  ];
}

function tier({ tier: number, tiers, priority }: Drawn): string {
  if (tiers === 1) return 'sama untuk semua: kebijakan ini tidak mendahulukan siapa pun';
  return `${number} dari 0 sampai ${tiers - 1}: ${priority === null ? 'yang tidak termasuk prioritas mana pun' : `yang ${predicateSentence(priority, 'id')}`}`;
}

function tickets({ tickets: count, unsuccessful_waves: waves }: Drawn, figures: Figures): string {
  if (waves.length === 0) return figures.amount(count);
  return `${figures.amount(count)}, karena akun ini belum terpilih di ${wavesInIndonesian(waves, figures)}`;
}

function household(outcome: Outcome, { slots }: Drawn, { amount }: Figures): string {
  if (slots === 0)
    return 'jatah sudah habis sebelum undian: KK ini sudah menerima sebanyak yang diperbolehkan';
  const left = `sisa jatah ${amount(slots)} orang sebelum undian`;
  if (outcome !== 'HOUSEHOLD_CAP') return left;
  return `${left}, dan ${amount(slots)} pendaftaran lain dari KK ini lebih dahulu dalam urutan undian`;
}

function place(draw: Drawn, figures: Figures): Row {
  const { amount } = figures;
  const reserve =
    draw.reserve_place === null
      ? ''
      : `, nomor ${amount(draw.reserve_place)} dari ${amount(draw.reserve)} cadangan`;
  return ['urutan', `${placeOf(draw, figures).replace('urutan ', '')}${reserve}`];
}

function seats({ seats: all, region, region_seats: own }: Drawn, { amount }: Figures): string {
  if (own === 0) return amount(all);
  return `${amount(all)}; ${amount(own)} di antaranya dicadangkan untuk calon dari ${placeName(region, 'id')}`;
}

function chances(draw: Drawn, figures: Figures): readonly Row[] {
  const { tier: number, tickets: count, alike, chance_of_one_ticket: one, chance } = draw;
  const { amount, percent } = figures;
  const where = draw.region_seats === 0 ? '' : ` di ${placeName(draw.region, 'id')}`;
  const accepted = `${amount(alike.accepted)} dari ${amount(alike.candidates)} calon tingkat ${number}${where}`;
  const all = count === 1 || chance === null ? '' : `, ${percent(chance)} untuk ${amount(count)} tiket`;
  const household = draw.rank === null ? ', bagi keluarga yang masih punya jatah' : '';
  return [
    ['diterima', accepted],
    ...(one === null ? [] : [['peluang', `${percent(one)} untuk satu tiket${all}${household}`] as const]),
  ];
}

function otherWave({ wave, published_at, void: isVoid, outcome, reasons }: OtherWave, { day }: Figures): Row {
  const unmet = reasons.length === 0 ? '' : ` (${reasons.map(reasonInIndonesian).join('; ')})`;
  const said = isVoid ? 'gelombang ini dibatalkan, hasilnya waktu itu: ' : '';
  return [`gelombang ${wave}`, `${day(published_at.slice(0, 10))}: ${said}${OUTCOMES[outcome]}${unmet}`];
}

export const INDONESIAN: Texts = {
  headings: {
    rules: 'Aturan',
    warnings: 'Peringatan',
    draw: 'Undian',
    other_waves: 'Gelombang lain dari akun ini',
    todo: 'Yang dapat dilakukan',
    held_against: 'Data pembanding',
  },
  title: ({ wave, registration_no }) => `Gelombang ${wave}, ${registration_no}`,
  voided: ({ wave, void: voided }, { day }) =>
    voided === null
      ? null
      : `Gelombang ${wave} dibatalkan sejak ${day(voided.at.slice(0, 10))} dan tidak memberi tempat kepada siapa pun: ${voided.reason}`,
  summary,
  application: ({ application, nik, policy, published_at }, { day, moment, amount }) => [
    ['NIK', application.nik],
    ['asal NIK', `${originName(nik, 'kecamatan')}, tempat NIK pertama kali didaftarkan`],
    ['bergabung', moment(application.joined_at)],
    ['asal data', `${application.file}, baris ${amount(application.line)}`],
    ['kebijakan', policy],
    ['diumumkan', day(published_at.slice(0, 10))],
  ],
  rule: ruleInIndonesian,
  evidence: evidenceInIndonesian,
  warnings: {
    NIK_BIRTH_DATE_DIFFERS: 'Tanggal lahir di dalam NIK berbeda dengan yang diisi.',
    NIK_SEX_DIFFERS: 'Jenis kelamin di dalam NIK berbeda dengan yang diisi.',
    NIK_DATE_IMPOSSIBLE: 'Angka hari dan bulan di dalam NIK bukan tanggal yang ada.',
    NIK_SERIAL_ZERO: 'Nomor urut di dalam NIK 0000, padahal dimulai dari 0001.',
    NIK_NOT_ASKED: 'Susunan angka NIK tidak mungkin milik siapa pun: data kependudukan tidak ditanya.',
    NIK_PROVINCE_UNKNOWN: 'Dua angka pertama NIK bukan kode provinsi mana pun.',
  },
  differsIn: (parts, { series }) => `Yang berbeda: ${series(parts.map((part) => DATE_PARTS[part]))}.`,
  warningNotes: {
    decided_it: 'Karena itu NIK ini dianggap tidak ada di data Dukcapil.',
    stays_the_same: 'Ini tidak memengaruhi hasil: NIK tetap sama walaupun tanggal lahir dibetulkan.',
    no_part: 'Ini tidak memengaruhi hasil.',
  },
  draw: drawRows,
  check: 'periksa',
  otherWave,
  registry: registryInIndonesian,
  list: ({ name, version, source, date, file, imported_at }, { day, moment }) => [
    `daftar ${name}`,
    `${date === null ? '' : `tanggal ${day(date)}: `}versi ${version} dari ${source === file ? '' : `${source}, `}${file}, dimuat ${moment(imported_at)}`,
  ],
  next: {
    ACCEPTED: 'Beli pelatihan pertama di akun Anda, dalam waktu yang disebut di pemberitahuan Anda.',
    RESERVE:
      'Anda tidak perlu melakukan apa pun. Tempat yang kosong diberikan menurut urutan cadangan, dan Anda akan dikabari.',
    NOT_DRAWN:
      'Tidak ada yang salah dengan data Anda. Untuk ikut gelombang berikutnya, masuk ke akun Anda dan tekan tombol Gabung satu kali: data Anda sudah tersimpan.',
    HOUSEHOLD_CAP:
      'Jika Anda sudah pindah ke KK lain, isi nomor KK yang terbaru di akun Anda, lalu ikut gelombang berikutnya. Jika tidak, KK ini tidak dapat menerima lebih banyak lagi.',
    UNVERIFIED:
      'Aturan yang memerlukan data Dukcapil belum diperiksa dan tidak memberatkan Anda. Untuk ikut gelombang berikutnya, masuk ke akun Anda dan tekan tombol Gabung satu kali: Dukcapil akan ditanya lagi.',
  },
  slips: {
    one_digit: 'Tampaknya satu angka di NIK itu keliru.',
    neighbours_swapped: 'Tampaknya dua angka yang berdampingan di NIK itu tertukar.',
  },
  notANik:
    'Tidak ada NIK dengan susunan angka seperti itu, sehingga Dukcapil tidak ditanya: tampaknya salah ketik.',
};
