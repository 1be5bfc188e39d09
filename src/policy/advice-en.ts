/** Every reason in plain English: what it is, and what the person can do about it. */
import type { AdviceWords } from './advice.ts';
import { dayIn } from './language.ts';
import { OLDEST } from './policy.ts';

const DUKCAPIL = 'call Dukcapil at 1500-538 or go to the nearest Dukcapil office';
const HELP = 'the help desk of Kartu Prakerja (menu Bantuan in your account)';
const NEXT_WAVE = 'join the next wave';
const BRING = 'with your electronic identity card (KTP) and your family card (KK)';

const REASONS: AdviceWords['reasons'] = {
  DUPLICATE_NIK: () => ({
    what: 'Your NIK is also used in another application, which joined this wave earlier, and a NIK is looked at only once.',
    todo: `If that application is yours, see its result in that account. If it is not, report it to ${HELP}.`,
  }),
  NIK_NOT_FOUND: () => ({
    what: 'The NIK that you gave is not in the population registry (Dukcapil).',
    todo: `Compare the NIK in your account with your identity card: one wrong digit is enough. If it is right, ${DUKCAPIL} to have your data brought up to date, then ${NEXT_WAVE}.`,
  }),
  NIK_INACTIVE: () => ({
    what: 'Your NIK is inactive in the population registry (Dukcapil).',
    todo: `To have it activated, ${DUKCAPIL} ${BRING}, then ${NEXT_WAVE}.`,
  }),
  NIK_DECEASED: () => ({
    what: 'The population registry (Dukcapil) has the holder of this NIK as deceased.',
    todo: `If that is a mistake, please ${DUKCAPIL} ${BRING} to have it corrected, then ${NEXT_WAVE}.`,
  }),
  NIK_DUPLICATE: () => ({
    what: 'Your NIK is a duplicate in the population registry (Dukcapil): that is for people there to look at, and says nothing against you.',
    todo: `To settle which data are right, ${DUKCAPIL} ${BRING}, then ${NEXT_WAVE}.`,
  }),
  KK_MISMATCH: () => ({
    what: 'The family card number (KK) that you gave is not that of the population registry (Dukcapil).',
    todo: `The number changes with a marriage, a move or a new head of the family: give that of the newest card. If it is right, ${DUKCAPIL}, then ${NEXT_WAVE}.`,
  }),
  NAME_MISMATCH: () => ({
    what: 'The name that you gave differs too much from that of the population registry (Dukcapil).',
    todo: `Write your full name exactly as on your identity card. If the card is wrong, ${DUKCAPIL}, then ${NEXT_WAVE}.`,
  }),
  BIRTH_DATE_MISMATCH: () => ({
    what: 'The birth date that you gave is not that of the population registry (Dukcapil).',
    todo: `Compare the birth date in your account with your identity card. If the card is wrong, ${DUKCAPIL}, then ${NEXT_WAVE}.`,
  }),
  AGE_OUT_OF_RANGE: ({ asOf, ageMin, ageMax }) => {
    const look = `Look at the birth date in your account. If it is right and you are not yet ${ageMin}, you can take part once you are.`;
    const day = dayIn(asOf, 'en');
    if (ageMax === OLDEST) return { what: `On ${day} you were not yet ${ageMin} years old.`, todo: look };
    return {
      what: `On ${day} you were not between ${ageMin} and ${ageMax} years old.`,
      todo: `${look} Above the age of ${ageMax} one can no longer take part in this programme.`,
    };
  },
  IN_SCHOOL: () => ({
    what: 'You are recorded as still at school or university.',
    todo: `If you have finished or left, correct your education in your account, then ${NEXT_WAVE}.`,
  }),
  OCCUPATION_BARRED: () => ({
    what: 'The occupation that you gave is one of those that by regulation cannot receive Kartu Prakerja, such as state officials, members of parliament or a regional council, civil servants, the armed forces, the police, village officials, and directors or commissioners of state companies.',
    todo: `If you no longer work there, correct your occupation in your account, then ${NEXT_WAVE}.`,
  }),
  EMAIL_UNVERIFIED: () => ({
    what: 'Your e-mail address is not confirmed.',
    todo: `Open the link that was sent to your e-mail address (look into the spam folder as well), or ask for a new one in your account, then ${NEXT_WAVE}.`,
  }),
  PHONE_UNVERIFIED: () => ({
    what: 'Your telephone number is not confirmed.',
    todo: `Ask for an OTP code in your account and enter it, then ${NEXT_WAVE}.`,
  }),
  SELFIE_UNVERIFIED: () => ({
    what: 'Your selfie with your identity card has not been accepted.',
    todo: `Take a new one where it is bright, with your face and the card clearly seen, then ${NEXT_WAVE}.`,
  }),
  TEST_NOT_TAKEN: () => ({
    what: 'You have not taken the motivation test.',
    todo: `Take it in your account (no answer is wrong), then ${NEXT_WAVE}.`,
  }),
  PAST_RECIPIENT: () => ({
    what: 'Your NIK has received Kartu Prakerja in an earlier wave, and it can be received only once.',
    todo: `If you believe that you have never received it, report it to ${HELP}.`,
  }),
  BLOCKED: () => ({
    what: 'Your account or your NIK is blocked.',
    todo: `If you object, write to ${HELP} with photographs of your electronic identity card and of your family card, and a selfie with both.`,
  }),
};

export const ADVICE_IN_ENGLISH: AdviceWords = {
  reasons: REASONS,
  list: ({ is, ask }) => ({
    what: `Your NIK is on the list ${is}: nobody on it can receive Kartu Prakerja in this wave.`,
    todo: `If you think that this is a mistake, ask ${ask} to correct it. A list that was corrected counts from the next wave on.`,
  }),
  further: (law) =>
    `It rests on: ${law}. If you think that this is a mistake, report it to ${HELP}. If your situation has changed, correct the data in your account, then ${NEXT_WAVE}.`,
};
