/** The notices of a stretch, with their texts. */
import { policyFacts } from '../policy/advice.ts';
import type { Wave } from '../wave/record.ts';
import { FILE, type OutgoingNotice } from './port.ts';
import type { Reader } from './readers.ts';
import { addressed, type Message, messageOf } from './wording.ts';

/** Days in which the first training is to be bought (Permenko 11/2020, article 20). */
const PURCHASE_DAYS = 30;

/** In the order of the readers. */
export function outgoing(wave: Wave, readers: readonly Reader[]): OutgoingNotice[] {
  const messages = new Messages(wave);
  return readers.map((reader) => {
    const { registration_no, full_name, email, phone } = reader.gave;
    return {
      id: `${wave.id}-${registration_no}-${FILE}`,
      wave: wave.id,
      registration_no,
      outcome: reader.outcome,
      email,
      phone,
      ...addressed(messages.of(reader), full_name),
    };
  });
}

/** Those of one outcome and the same reasons are told the same. */
class Messages {
  readonly #wave: Wave;
  readonly #candidates: number;
  readonly #known = new Map<string, Message>();

  constructor(wave: Wave) {
    this.#wave = wave;
    this.#candidates = new Map(wave.funnel ?? []).get('CANDIDATES') ?? 0;
  }

  of({ outcome, reasons }: Reader): Message {
    const key = [outcome, ...reasons].join('|');
    const message = this.#known.get(key) ?? this.#make({ outcome, reasons });
    this.#known.set(key, message);
    return message;
  }

  #make(told: Pick<Reader, 'outcome' | 'reasons'>): Message {
    const { id, quota, policy } = this.#wave;
    return messageOf({
      ...told,
      wave: id,
      candidates: this.#candidates,
      seats: quota,
      householdCap: policy.household_cap,
      purchaseDays: PURCHASE_DAYS,
      ...policyFacts(policy),
    });
  }
}
