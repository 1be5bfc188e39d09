/** The service as this process knows it: what is true of it beyond one round of questions. */
import { logEvent } from '../events.ts';
import { Line } from '../http/line.ts';
import type { Log } from '../log.ts';
import { Circuit } from './circuit.ts';
import { Pace } from './pace.ts';
import type { DukcapilSettings } from './settings.ts';

/** Milliseconds for which the service has to want to be left alone for it to be worth a line, and until the next such line. */
const WORTH_A_LINE = 1_000;
const NEXT_LINE = 60_000;

export class Service {
  readonly settings: DukcapilSettings;
  readonly line: Line;
  readonly pace: Pace;
  /** Answers so far. */
  answers = 0;
  circuit: Circuit;
  readonly #log: Log;
  /** Whether it has answered since it was last let alone: until then one call is made at a time. */
  #isTried = false;
  /** When the first call failed after the last answer. */
  #silentSince: number | undefined;
  #lastWhy = '';
  #nextLine = 0;

  constructor(settings: DukcapilSettings, log: Log) {
    this.settings = settings;
    this.#log = log;
    const { url, callsAtOnce: connections, timeout } = settings;
    this.line = new Line({ url, connections, timeout });
    this.pace = new Pace(settings.callsASecond);
    this.circuit = this.#newCircuit();
  }

  /** Calls that may be under way at one time. */
  get places(): number {
    return this.#isTried ? this.settings.callsAtOnce : 1;
  }

  /** Milliseconds until the next call may begin. */
  wait(now: number): number {
    return Math.max(this.circuit.wait(now), this.pace.wait(now));
  }

  answered(): void {
    this.answers += 1;
    this.#isTried = true;
    this.#silentSince = undefined;
  }

  /** Notes that a call brought nothing, without the question being the reason. */
  failed(now: number, why: string): void {
    this.#silentSince ??= now;
    this.#lastWhy = why;
  }

  /** A sentence for the operator, once the service has answered nobody for longer than it is tried. */
  givenUp(now: number): string | undefined {
    if (this.#silentSince === undefined || this.#patienceLeft(now) > 0) return undefined;
    const tried = `${this.settings.patience / 1000} s`;
    return `Dukcapil has answered nobody for ${tried}; what happened last: ${this.#lastWhy}`;
  }

  /** Lets no call begin for so many milliseconds. */
  hold(now: number, milliseconds: number): void {
    this.pace.hold(now + milliseconds);
    if (milliseconds < WORTH_A_LINE || now < this.#nextLine) return;
    this.#nextLine = now + NEXT_LINE;
    logEvent(this.#log, 'dukcapil.slower', { seconds: Math.ceil(milliseconds / 1000) });
  }

  /** Begins carefully again. */
  startOver(): void {
    this.#isTried = false;
    this.#silentSince = undefined;
    this.renewCircuit();
  }

  /** Of use where the machine's clock, by which the old one counts, was set back. */
  renewCircuit(): void {
    this.circuit = this.#newCircuit();
  }

  #newCircuit(): Circuit {
    return new Circuit({
      opened: () => logEvent(this.#log, 'dukcapil.silent', { why: this.#lastWhy }),
      closed: () => logEvent(this.#log, 'dukcapil.answering'),
      // The last try is made when it is up.
      longestWait: () => Math.max(0, this.#patienceLeft(performance.now())),
    });
  }

  #patienceLeft(now: number): number {
    return this.settings.patience - (now - (this.#silentSince ?? now));
  }
}
