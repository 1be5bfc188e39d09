/** How Dukcapil's web service is called: read from the environment, checked there, and handed to whoever calls. */

/**
 * What an answer's code means. About the person, and final: found, or one of the registry's other statuses. Not about the
 * person: `retry` asks again, `stop` calls the operator, `day` waits for the next day's quota, `hours` for the opening hour.
 */
export const CODE_MEANINGS = [
  'found',
  'not_found',
  'inactive',
  'deceased',
  'duplicate',
  'retry',
  'stop',
  'day',
  'hours',
] as const;

export type CodeMeaning = (typeof CODE_MEANINGS)[number];

export interface DukcapilSettings {
  /** Of the call itself: `…/dukcapil/get_json/<CUSTOMER>/CALL_VERIFY_BY_ELEMEN`. */
  readonly url: string;
  readonly userId: string;
  readonly password: string;
  readonly ipUser: string;
  /** By all processes together. */
  readonly callsASecond: number;
  /** By all processes together. */
  readonly callsAtOnce: number;
  /** Milliseconds for one call, to the last byte of its answer, with its connection where that has to be made. */
  readonly timeout: number;
  /** Milliseconds for which a service that gives no answer at all is tried, before what is left stays without one. */
  readonly patience: number;
  /** `HH:MM` in Jakarta: when a day's quota begins, and when the service opens. */
  readonly dayBeginsAt: string;
  readonly opensAt: string;
  /** Two digits → what the code means; any other code is one to retry. */
  readonly codes: Readonly<Record<string, CodeMeaning>>;
}
