/** What a policy says as a whole, in each language. */
import { amountIn, dayIn } from './language.ts';
import type { MatchSource, Policy } from './policy.ts';

type Tickets = Policy['tickets'];

export interface PolicyWords {
  readonly headings: {
    readonly policy: (name: string) => string;
    readonly rules: string;
    readonly priority: string;
    readonly tickets: string;
    readonly regions: string;
  };
  readonly ages: (asOf: string) => string;
  readonly seats: (quota: number) => string;
  readonly reserve: (reserve: number) => string;
  readonly household: (cap: number) => string;
  /** Where the registry is asked, and how old its answers may be. */
  readonly registry: Readonly<Record<MatchSource, (reuseDays: number) => string>>;
  readonly law: string;
  /** @param who What is said of whoever the entry of `priority` means. */
  readonly tier: (tier: number, who: string) => string;
  readonly lastTier: (tier: number) => string;
  readonly oneTier: string;
  readonly oneTicket: string;
  readonly moreTickets: (tickets: Tickets) => string;
  readonly noRegions: string;
  readonly byWeights: (quota: number) => string;
  readonly region: (place: string, seats: number, weight: number | undefined) => string;
  readonly restOfSeats: (left: number) => string;
}

export const POLICY_IN_ENGLISH: PolicyWords = {
  headings: {
    policy: (name) => `Policy ${name}`,
    rules: 'Who may be drawn: whoever satisfies every one of these',
    priority: 'Who comes first',
    tickets: 'Tickets in the draw',
    regions: 'Seats by province',
  },
  ages: (asOf) => `Ages are taken on ${dayIn(asOf, 'en')}.`,
  seats: (quota) => `There are at most ${seatsInEnglish(quota)}.`,
  reserve: (reserve) =>
    reserve === 0
      ? 'There is no reserve.'
      : `The next ${amountIn(reserve, 'en')} in draw order are the reserve.`,
  household: (cap) =>
    `A household has at most ${cap === 1 ? '1 recipient' : `${amountIn(cap, 'en')} recipients`}, all waves together.`,
  registry: {
    snapshot: () =>
      'Applications are held against the newest snapshot of the population registry that there is at the close.',
    dukcapil: (days) =>
      `The population registry is asked person by person, over Dukcapil's web service; ${answersInEnglish(days)}.`,
    exchange: (days) =>
      `The population registry is asked in files of NIKs, which Dukcapil answers; ${answersInEnglish(days)}.`,
  },
  law: 'law',
  tier: (tier, who) => `Tier ${tier}: whoever ${who}.`,
  lastTier: (tier) => `Tier ${tier}: everyone else.`,
  oneTier: 'Nobody: everyone is of the same tier.',
  oneTicket: 'Everyone has one ticket.',
  moreTickets: ({ per_unsuccessful_wave: more, max }) =>
    `Everyone has one ticket, and ${amountIn(more, 'en')} more for each earlier wave in which they were not drawn; ` +
    `at most ${amountIn(max, 'en')} in all.`,
  noRegions: 'No seats are set aside for single provinces.',
  byWeights: (quota) =>
    `The quota of ${seatsInEnglish(quota)} is shared out by weight; what dividing leaves over goes to the largest remainders.`,
  region: (place, seats, weight) =>
    `${place}: ${seatsInEnglish(seats)}${weight === undefined ? '' : `, weight ${amountIn(weight, 'en')}`}.`,
  restOfSeats: (left) =>
    `${left === 0 ? 'What of these is' : `The other ${seatsInEnglish(left)}, and what of these is`} not taken, goes to the remaining candidates of all provinces in draw order.`,
};

export const POLICY_IN_INDONESIAN: PolicyWords = {
  headings: {
    policy: (name) => `Kebijakan ${name}`,
    rules: 'Siapa yang dapat ikut undian: yang memenuhi semua syarat ini',
    priority: 'Siapa yang didahulukan',
    tickets: 'Tiket dalam undian',
    regions: 'Tempat menurut provinsi',
  },
  ages: (asOf) => `Usia dihitung pada ${dayIn(asOf, 'id')}.`,
  seats: (quota) => `Paling banyak ada ${seatsInIndonesian(quota)}.`,
  reserve: (reserve) =>
    reserve === 0
      ? 'Tidak ada cadangan.'
      : `${amountIn(reserve, 'id')} berikutnya menurut urutan undian menjadi cadangan.`,
  household: (cap) =>
    `Dalam satu Kartu Keluarga paling banyak ada ${amountIn(cap, 'id')} penerima, dihitung dari semua gelombang.`,
  registry: {
    snapshot: () =>
      'Pendaftaran dicocokkan dengan salinan data kependudukan yang terbaru pada saat gelombang ditutup.',
    dukcapil: (days) =>
      `Data kependudukan ditanyakan satu per satu melalui layanan web Dukcapil; ${answersInIndonesian(days)}.`,
    exchange: (days) =>
      `Data kependudukan ditanyakan dengan berkas NIK yang dijawab Dukcapil; ${answersInIndonesian(days)}.`,
  },
  law: 'dasar',
  tier: (tier, who) => `Tingkat ${tier}: siapa pun yang ${who}.`,
  lastTier: (tier) => `Tingkat ${tier}: semua orang lainnya.`,
  oneTier: 'Tidak ada: semua berada pada tingkat yang sama.',
  oneTicket: 'Setiap orang mendapat satu tiket.',
  moreTickets: ({ per_unsuccessful_wave: more, max }) =>
    `Setiap orang mendapat satu tiket, ditambah ${amountIn(more, 'id')} untuk setiap gelombang terdahulu yang diikutinya ` +
    `dengan memenuhi syarat tetapi tidak terpilih; seluruhnya paling banyak ${amountIn(max, 'id')}.`,
  noRegions: 'Tidak ada tempat yang disisihkan untuk provinsi tertentu.',
  byWeights: (quota) =>
    `Kuota ${seatsInIndonesian(quota)} dibagi menurut bobot; sisa pembagian diberikan kepada sisa terbesar.`,
  region: (place, seats, weight) =>
    `${place}: ${seatsInIndonesian(seats)}${weight === undefined ? '' : `, bobot ${amountIn(weight, 'id')}`}.`,
  restOfSeats: (left) =>
    `${left === 0 ? 'Yang' : `${seatsInIndonesian(left)} lainnya, dan yang`} tidak terisi, diberikan kepada calon lain dari semua provinsi menurut urutan undian.`,
};

function seatsInEnglish(seats: number): string {
  return seats === 1 ? '1 seat' : `${amountIn(seats, 'en')} seats`;
}

function seatsInIndonesian(seats: number): string {
  return `${amountIn(seats, 'id')} tempat`;
}

function answersInEnglish(days: number): string {
  if (days === 0) return 'answers from before the close do not count';
  const old = days === 1 ? '1 day' : `${amountIn(days, 'en')} days`;
  return `answers that are no more than ${old} old at the close count, also those that were given for another wave`;
}

function answersInIndonesian(days: number): string {
  if (days === 0) return 'jawaban dari sebelum gelombang ditutup tidak berlaku';
  return `jawaban yang pada saat gelombang ditutup berumur paling lama ${amountIn(days, 'id')} hari berlaku, juga jawaban untuk gelombang lain`;
}
