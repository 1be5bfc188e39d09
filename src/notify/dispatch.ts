/**
 * A batch through a gateway that takes notices one by one. Some are marked, handed over and settled at a time: what a worker that is
 * killed leaves behind as unknown are these.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Resting, StepContext, StepResult } from '../wave/stage.ts';
import { GatewayHealth } from './health.ts';
import { type Begun, countsOf, digestOf, Outbox, type Settled, wordingOf } from './outbox.ts';
import type { Gateway, OutgoingNotice, Receipt } from './port.ts';
import { quietUntil } from './quiet.ts';
import type { QuietHours } from './settings.ts';
import { persistently, settledBy } from './settle.ts';
import type { Texts } from './texts.ts';
import { type NoTurn, type Turn, takeTurn } from './turns.ts';

/** Handed over between two commits, for each connection of the gateway: while some are settled, others are on their way. */
const FOR_EACH_CONNECTION = 8;
/** Groups that a step has under way. */
const LANES = 2;
/** Milliseconds after which a gateway that was not there to be asked is asked again. */
const ASK_AGAIN = 60_000;
/** Milliseconds after they were marked, from which on it is looked whether notices are still this step's. */
const FRESH = 5_000;
/** Milliseconds for which a gateway without a rate is not asked about again: a pause is met within them. */
const GLANCE = 1_000;
/** Seconds that a group may take at the rate of the gateway: a pause is met between two. */
const LONGEST_GROUP = 5;

export interface Mail {
  readonly gateway: Gateway;
  readonly texts: Texts;
  readonly notices: readonly OutgoingNotice[];
  /** Of each notice, by its place: where its reader lives, as the two digits of a province. */
  readonly provinces: readonly string[];
  readonly quietHours: QuietHours | undefined;
}

/** Returns when each of them is through, or where those that are left have to wait. */
export async function dispatch(context: StepContext, mail: Mail): Promise<StepResult | Resting> {
  const { database, wave, part, lease } = context;
  const wording = await wordingOf(database.sql, mail.texts);
  const { channel } = mail.gateway;
  const outbox = new Outbox(database.sql, {
    ...{ waveId: wave.id, part: part.part, token: lease.token, channel, wording },
  });
  return new Dispatch(context, mail, outbox).run();
}

class Dispatch {
  readonly #context: StepContext;
  readonly #mail: Mail;
  readonly #outbox: Outbox;
  /** Those that can go out now, and are not taken yet. */
  #todo: OutgoingNotice[] = [];
  /** Milliseconds since 1970, before which the gateway takes none. */
  #restsUntil: number | undefined;
  /** Until then it was open when it was asked about, by this process's own clock. */
  #openUntil = 0;

  readonly #health: GatewayHealth;

  constructor(context: StepContext, mail: Mail, outbox: Outbox) {
    this.#context = context;
    this.#mail = mail;
    this.#outbox = outbox;
    this.#health = new GatewayHealth(context, mail.gateway);
  }

  async run(): Promise<StepResult | Resting> {
    const { notices } = this.#mail;
    const before = await this.#outbox.read(numbersOf(notices));
    await this.#settleCutOff(
      notices.filter((notice) => before.get(notice.registration_no)?.state === 'sending'),
    );
    const now = Date.now();
    this.#todo = this.#left(await this.#outbox.read(numbersOf(notices)))
      .filter(({ from }) => from <= now)
      .map(({ notice }) => notice);
    await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    return this.#end();
  }

  /** They were marked by a worker that is gone: nobody else is at this batch. */
  async #settleCutOff(cutOff: readonly OutgoingNotice[]): Promise<void> {
    const { gateway } = this.#mail;
    const size = gateway.connections * FOR_EACH_CONNECTION;
    for (let at = 0; at < cutOff.length; at += size) {
      await this.#touch();
      const some = cutOff.slice(at, at + size);
      const receipts = await Promise.all(some.map((notice) => this.#ask(notice, CUT_OFF)));
      await this.#write(some, receipts);
    }
  }

  /** Each with the moment from which on it may go out, in milliseconds since 1970. */
  #left(known: ReadonlyMap<string, Begun>): { notice: OutgoingNotice; from: number }[] {
    const { notices, provinces, quietHours } = this.#mail;
    const now = Date.now();
    return notices.flatMap((notice, at) => {
      const begun = known.get(notice.registration_no);
      if (begun !== undefined && begun.state !== 'created') return [];
      const due = Math.max(begun?.due ?? 0, now);
      const quiet = quietHours === undefined ? undefined : quietUntil(due, provinces[at] ?? '', quietHours);
      return [{ notice, from: quiet ?? begun?.due ?? 0 }];
    });
  }

  async #lane(): Promise<void> {
    const { signal } = this.#context;
    const { connections, rate } = this.#mail.gateway;
    const most = Math.min(
      connections * FOR_EACH_CONNECTION,
      Math.max(1, (rate ?? Number.POSITIVE_INFINITY) * LONGEST_GROUP),
    );
    while (this.#restsUntil === undefined && this.#todo.length > 0) {
      signal.throwIfAborted();
      const count = Math.min(Math.floor(most), this.#todo.length);
      const turn = await this.#turn(count);
      if ('until' in turn) {
        this.#restsUntil = turn.until;
        return;
      }
      await this.#handOver(this.#todo.splice(0, turn.isProbe ? 1 : count), turn.wait);
    }
  }

  async #turn(count: number): Promise<Turn | NoTurn> {
    const { database, wave } = this.#context;
    const { channel, rate } = this.#mail.gateway;
    const now = performance.now();
    if (rate === undefined && now < this.#openUntil) return { wait: 0, isProbe: false };
    await this.#touch();
    const turn = await takeTurn(database.sql, { waveId: wave.id, channel, count, rate });
    this.#openUntil = 'until' in turn || turn.isProbe ? 0 : now + GLANCE;
    return turn;
  }

  /** The step's own session says nothing while others work for it: not to be taken for one that hangs. */
  async #touch(): Promise<void> {
    await this.#context.client.query('select 1');
  }

  async #handOver(group: readonly OutgoingNotice[], wait: number): Promise<void> {
    const attempts = await this.#outbox.mark(numbersOf(group));
    const marked = Date.now();
    const mine = group.filter((notice) => attempts.has(notice.registration_no));
    const receipts = await Promise.all(
      mine.map(async (notice, place) => {
        await this.#await(wait, place);
        return (await this.#isStillMine(marked)) ? this.#send(notice) : STOPPED;
      }),
    );
    await this.#write(mine, receipts, attempts);
    const known = receipts.filter((receipt) => receipt !== undefined);
    if (!this.#context.signal.aborted && (await this.#health.lookAt(known))) this.#openUntil = 0;
  }

  /** Until it is the turn of the notice with this place in its group. */
  async #await(wait: number, place: number): Promise<void> {
    const { rate } = this.#mail.gateway;
    const milliseconds = wait + (rate === undefined ? 0 : (place * 1000) / rate);
    if (milliseconds > 0)
      await pause(milliseconds, undefined, { signal: this.#context.signal }).catch(() => undefined);
  }

  /** Not where it was stopped, nor frozen so long that somebody else may have its step by now. */
  async #isStillMine(marked: number): Promise<boolean> {
    const { signal, lease } = this.#context;
    if (signal.aborted) return false;
    if (Date.now() - marked < FRESH) return true;
    return lease.check().then(
      () => true,
      () => false,
    );
  }

  async #send(notice: OutgoingNotice): Promise<Receipt | undefined> {
    const receipt = await this.#mail.gateway.send(notice, this.#context.signal);
    return receipt.state === 'unknown' ? this.#ask(notice, receipt) : receipt;
  }

  /** @param otherwise What holds where the gateway keeps no account. @returns undefined where it does, and is not there to be asked. */
  async #ask(notice: OutgoingNotice, otherwise: Receipt): Promise<Receipt | undefined> {
    const { gateway } = this.#mail;
    return gateway.ask === undefined ? otherwise : gateway.ask(notice, this.#context.signal);
  }

  /** Those that nothing is known of yet stay as they are, and are asked about when the step is taken again. */
  async #write(
    notices: readonly OutgoingNotice[],
    receipts: readonly (Receipt | undefined)[],
    attempts: ReadonlyMap<string, number> = new Map(),
  ): Promise<void> {
    const settled = notices.flatMap((notice, place) => {
      const receipt = receipts[place];
      return receipt === undefined
        ? []
        : [settledBy(notice, receipt, attempts.get(notice.registration_no) ?? 1)];
    });
    await persistently(() => this.#outbox.write(settled), this.#context.signal);
  }

  async #end(): Promise<StepResult | Resting> {
    const { wave, log } = this.#context;
    const { gateway, notices } = this.#mail;
    this.#context.signal.throwIfAborted();
    const known = await this.#outbox.read(numbersOf(notices));
    const counts = countsOf(known.values());
    const { sent = 0, failed = 0, sending = 0 } = counts;
    logEvent(log, 'notices.sent', { wave: wave.id, channel: gateway.channel, sent, failed });
    if (sending > 0 && gateway.ask !== undefined)
      return { until: new Date(Math.max(this.#restsUntil ?? 0, Date.now() + ASK_AGAIN)), counts };
    if (sending > 0)
      throw new GelombangError(
        'UNEXPECTED',
        `someone else is sending notices of wave ${wave.id}, as many as ${sending}`,
      );
    const left = this.#left(known);
    if (left.length === 0) return { counts, digest: digestOf(numbersOf(notices), known) };
    const soonest = left.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
    return { until: new Date(Math.max(soonest, this.#restsUntil ?? 0, Date.now() + 1_000)), counts };
  }
}

const CUT_OFF: Receipt = { state: 'unknown', reason: 'cut off while it was handed over' };
const STOPPED: Receipt = { state: 'created', reason: 'stopped before it was handed over', isDown: true };

function numbersOf(notices: readonly OutgoingNotice[]): string[] {
  return notices.map((notice) => notice.registration_no);
}
