/**
 * A batch through a gateway that takes notices one by one. Some are marked, handed over and settled at a time: what a worker that is
 * killed leaves behind as unknown are these.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { GelombangError } from '../errors.ts';
import { logEvent } from '../events.ts';
import type { Resting, StepContext, StepResult } from '../wave/stage.ts';
import { Gate, type Group, type Waiting } from './gate.ts';
import { GatewayHealth } from './health.ts';
import { type Begun, countsOf, digestOf, Outbox, wordingOf } from './outbox.ts';
import type { Gateway, OutgoingNotice, Receipt } from './port.ts';
import { quietUntil } from './quiet.ts';
import type { QuietHours } from './settings.ts';
import { persistently, settledBy } from './settle.ts';
import type { Texts } from './texts.ts';

/** Groups that a step has under way. */
const LANES = 2;
/** Asked about at a time, of those that were cut off. */
const ASKED_AT_ONCE = 50;
/** Milliseconds after which a gateway that was not there to be asked is asked again. */
const ASK_AGAIN = 60_000;
/** Milliseconds after they were marked, from which on it is looked whether notices are still this step's. */
const FRESH = 5_000;

export interface Outgoing {
  readonly gateway: Gateway;
  readonly texts: Texts;
  readonly notices: readonly OutgoingNotice[];
  /** Of each notice, by its place: where its reader lives, as the two digits of a province. */
  readonly provinces: readonly string[];
  readonly quietHours: QuietHours | undefined;
}

/** Returns when each of them is through, or where those that are left have to wait. */
export async function dispatch(context: StepContext, outgoing: Outgoing): Promise<StepResult | Resting> {
  const { database, wave, part, lease } = context;
  const wording = await wordingOf(database.sql, outgoing.texts);
  const { channel } = outgoing.gateway;
  const outbox = new Outbox(database.sql, {
    ...{ waveId: wave.id, part: part.part, token: lease.token, channel, wording },
  });
  return new Dispatch(context, outgoing, outbox).run();
}

class Dispatch {
  readonly #context: StepContext;
  readonly #outgoing: Outgoing;
  readonly #outbox: Outbox;
  readonly #gate: Gate;
  readonly #health: GatewayHealth;
  /** Those that can go out now, and are not taken yet. */
  #todo: Waiting[] = [];
  /** Somebody has just found nobody there: what is not begun of a group is not tried. */
  #isDown = false;

  constructor(context: StepContext, outgoing: Outgoing, outbox: Outbox) {
    this.#context = context;
    this.#outgoing = outgoing;
    this.#outbox = outbox;
    this.#gate = new Gate(context, outgoing.gateway, outgoing.quietHours);
    this.#health = new GatewayHealth(context, outgoing.gateway);
  }

  async run(): Promise<StepResult | Resting> {
    // As many listen as there are notices that wait for their moment.
    setMaxListeners(0, this.#context.signal);
    const { notices } = this.#outgoing;
    const before = await this.#outbox.read(numbersOf(notices));
    await this.#settleCutOff(
      notices.filter((notice) => before.get(notice.registration_no)?.state === 'sending'),
    );
    const now = Date.now();
    this.#todo = this.#left(await this.#outbox.read(numbersOf(notices))).filter(({ from }) => from <= now);
    // Alone: a wrong password is met by one attempt, and not by as many as there are connections.
    await this.#next(1);
    await Promise.all(Array.from({ length: LANES }, () => this.#lane()));
    return this.#end();
  }

  /** They were marked by a worker that is gone: nobody else is at this batch. */
  async #settleCutOff(cutOff: readonly OutgoingNotice[]): Promise<void> {
    for (let at = 0; at < cutOff.length; at += ASKED_AT_ONCE) {
      await this.#context.client.query('select 1');
      const some = cutOff.slice(at, at + ASKED_AT_ONCE);
      await this.#write(some, await Promise.all(some.map((notice) => this.#ask(notice, CUT_OFF))));
    }
  }

  /** Each with the moment from which on it may go out, in milliseconds since 1970. */
  #left(known: ReadonlyMap<string, Begun>): (Waiting & { readonly from: number })[] {
    const { notices, provinces, quietHours } = this.#outgoing;
    const now = Date.now();
    return notices.flatMap((notice, at) => {
      const begun = known.get(notice.registration_no);
      if (begun !== undefined && begun.state !== 'created') return [];
      const province = provinces[at] ?? '';
      const due = Math.max(begun?.due ?? 0, now);
      const quiet = quietHours === undefined ? undefined : quietUntil(due, province, quietHours);
      return [{ notice, province, from: quiet ?? begun?.due ?? 0 }];
    });
  }

  async #lane(): Promise<void> {
    while (await this.#next());
  }

  /** @returns Whether there may be another one. */
  async #next(most?: number): Promise<boolean> {
    this.#context.signal.throwIfAborted();
    const group = await this.#gate.pass(this.#todo, most);
    if (group === undefined) return false;
    await this.#handOver(group);
    return true;
  }

  async #handOver({ notices, pace, isProbe }: Group): Promise<void> {
    const attempts = await this.#outbox.mark(numbersOf(notices));
    const marked = Date.now();
    const mine = notices.filter((notice) => attempts.has(notice.registration_no));
    this.#isDown = false;
    const receipts = await this.#inTurn(mine, pace, marked);
    await this.#write(mine, receipts, attempts);
    if (this.#context.signal.aborted) return;
    const first = mine.map((notice) => attempts.get(notice.registration_no) === 1);
    if (await this.#health.lookAt(receipts, { first, isProbe })) this.#gate.forget();
  }

  /** As many at a time as there are connections: the first that finds nobody there speaks for those behind it. */
  async #inTurn(
    notices: readonly OutgoingNotice[],
    pace: number,
    marked: number,
  ): Promise<(Receipt | undefined)[]> {
    const receipts: (Receipt | undefined)[] = [];
    const queue = notices.entries();
    const hand = async () => {
      for (const [place, notice] of queue) {
        await this.#until(marked + place * pace);
        receipts[place] = (await this.#isStillMine(marked)) ? await this.#send(notice) : STOPPED;
      }
    };
    await Promise.all(Array.from({ length: this.#outgoing.gateway.connections }, hand));
    return receipts;
  }

  async #until(moment: number): Promise<void> {
    const milliseconds = moment - Date.now();
    if (milliseconds > 0)
      await pause(milliseconds, undefined, { signal: this.#context.signal }).catch(() => undefined);
  }

  /** Not where it was stopped, nor frozen so long that somebody else may have its step by now. */
  async #isStillMine(marked: number): Promise<boolean> {
    const { signal, lease } = this.#context;
    if (signal.aborted || this.#isDown) return false;
    if (Date.now() - marked < FRESH) return true;
    return lease.check().then(
      () => true,
      () => false,
    );
  }

  async #send(notice: OutgoingNotice): Promise<Receipt | undefined> {
    const receipt = await this.#outgoing.gateway.send(notice, this.#context.signal);
    if (receipt.state === 'created' && receipt.isDown === true) this.#isDown = true;
    return receipt.state === 'unknown' ? this.#ask(notice, receipt) : receipt;
  }

  /** @param otherwise What holds where the gateway keeps no account. @returns undefined where it does, and is not there to be asked. */
  async #ask(notice: OutgoingNotice, otherwise: Receipt): Promise<Receipt | undefined> {
    const { gateway } = this.#outgoing;
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
    const { wave, log, signal } = this.#context;
    const { gateway, notices } = this.#outgoing;
    signal.throwIfAborted();
    const known = await this.#outbox.read(numbersOf(notices));
    const counts = countsOf(known.values());
    const { sent = 0, failed = 0, sending = 0 } = counts;
    logEvent(log, 'notices.sent', { wave: wave.id, channel: gateway.channel, sent, failed });
    const closed = this.#gate.closedUntil ?? 0;
    if (sending > 0 && gateway.ask !== undefined)
      return { until: new Date(Math.max(closed, Date.now() + ASK_AGAIN)), counts };
    if (sending > 0) throw sentByOthers(wave.id, sending);
    const left = this.#left(known);
    if (left.length === 0) return { counts, digest: digestOf(numbersOf(notices), known) };
    const soonest = left.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY);
    return { until: new Date(Math.max(soonest, closed, Date.now() + 1_000)), counts };
  }
}

const CUT_OFF: Receipt = { state: 'unknown', reason: 'cut off while it was handed over' };
const STOPPED: Receipt = { state: 'created', reason: 'not tried', isStopped: true };

function numbersOf(notices: readonly OutgoingNotice[]): string[] {
  return notices.map((notice) => notice.registration_no);
}

/** A worker that was killed may have marked notices after they were asked for here. */
function sentByOthers(waveId: number, count: number): GelombangError {
  return new GelombangError(
    'UNEXPECTED',
    `someone else is sending notices of wave ${waveId}, as many as ${count}`,
    {
      concerns: { wave: waveId },
      next: `They are asked for when the step is done again. See how far it is: gelombang notices status ${waveId}`,
    },
  );
}
