/**
 * Which notices may go now: by the hour where their readers live, by an operator's word, by the rate and the rest of their gateway. Asked
 * right before they are marked as being handed over, so that what waits is not taken for what may be out.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { StepContext } from '../wave/stage.ts';
import type { Gateway, OutgoingNotice } from './port.ts';
import { quietUntil } from './quiet.ts';
import type { QuietHours } from './settings.ts';
import { type NoTurn, type Turn, takeTurn } from './turns.ts';

/** Handed over between two commits, for each connection of the gateway: while some are settled, others are on their way. */
const FOR_EACH_CONNECTION = 8;
/** Seconds that a group may take at the rate of its gateway. */
const LONGEST_GROUP = 1;
/** Milliseconds for which a gateway is not asked about again: a pause is met within them. */
const GLANCE = 1_000;

/** Of a notice, what is asked about it. */
export interface Waiting {
  readonly notice: OutgoingNotice;
  /** Where its reader lives, as the two digits of a province. */
  readonly province: string;
}

/** Some that may go, one after the other. */
export interface Group {
  readonly notices: readonly OutgoingNotice[];
  /** Milliseconds from one to the next. */
  readonly pace: number;
  readonly isProbe: boolean;
}

export class Gate {
  /** Milliseconds since 1970, before which nothing more goes. */
  closedUntil: number | undefined;
  readonly #context: StepContext;
  readonly #gateway: Gateway;
  readonly #quietHours: QuietHours | undefined;
  /** Until then it was open when it was asked about, by this process's own clock. */
  #openUntil = 0;

  constructor(context: StepContext, gateway: Gateway, quietHours: QuietHours | undefined) {
    this.#context = context;
    this.#gateway = gateway;
    this.#quietHours = quietHours;
  }

  /** It is to be asked about before anything more is handed over. */
  forget(): void {
    this.#openUntil = 0;
  }

  /** Takes some of those that wait, when it is their turn; those for whom it is night are left out. Undefined where there are none. */
  async pass(waiting: Waiting[], most = Number.POSITIVE_INFINITY): Promise<Group | undefined> {
    const { rate = Number.POSITIVE_INFINITY, connections } = this.#gateway;
    const size = Math.min(most, connections * FOR_EACH_CONNECTION, Math.max(1, rate * LONGEST_GROUP));
    const some = this.#awake(waiting, Math.floor(size));
    if (some.length === 0 || this.closedUntil !== undefined) return undefined;
    const turn = await this.#comes(await this.#turn(some.length));
    if (turn === undefined) return undefined;
    const [first, ...rest] = some;
    if (turn.isProbe) waiting.unshift(...rest);
    const going = turn.isProbe && first !== undefined ? [first] : some;
    return {
      notices: going.filter(({ province }) => !this.#isNight(province)).map(({ notice }) => notice),
      pace: 1000 / rate,
      isProbe: turn.isProbe,
    };
  }

  #awake(waiting: Waiting[], count: number): Waiting[] {
    const some: Waiting[] = [];
    while (some.length < count) {
      const next = waiting.shift();
      if (next === undefined) break;
      if (!this.#isNight(next.province)) some.push(next);
    }
    return some;
  }

  #isNight(province: string): boolean {
    return this.#quietHours !== undefined && quietUntil(Date.now(), province, this.#quietHours) !== undefined;
  }

  /** Waits for it. Undefined where there is none, or none any more. */
  async #comes(turn: Turn | NoTurn): Promise<Turn | undefined> {
    const { signal } = this.#context;
    const wait = 'until' in turn ? 0 : turn.wait;
    if (wait > 0) await pause(wait, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return undefined;
    const now = wait > GLANCE ? await this.#turn(0) : turn;
    if ('until' in now) this.closedUntil = now.until;
    return 'until' in turn || 'until' in now ? undefined : turn;
  }

  async #turn(count: number): Promise<Turn | NoTurn> {
    const { database, client, wave } = this.#context;
    const { channel, rate } = this.#gateway;
    const now = performance.now();
    if (rate === undefined && now < this.#openUntil) return { wait: 0, isProbe: false };
    // The step's own session says nothing while others work for it: not to be taken for one that hangs.
    await client.query('select 1');
    const turn = await takeTurn(database.sql, { waveId: wave.id, channel, count, rate });
    this.#openUntil = 'until' in turn || turn.isProbe ? 0 : now + GLANCE;
    return turn;
  }
}
