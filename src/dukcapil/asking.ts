/** One round of questions: begins a call whenever one may begin, until all are answered or there is a reason to end. */
import { BrokenCircuitError } from 'cockatiel';
import type { Question } from '../registry/question.ts';
import { type Brought, call } from './call.ts';
import type { Asked, Interruption, Told } from './caller.ts';
import { ServiceFailure } from './circuit.ts';
import { nextTimeOfDay } from './clock.ts';
import type { Service } from './service.ts';
import { type Turn, Turns } from './turns.ts';

/** Milliseconds for which calls under way may still bring something after the signal. */
const GRACE = 1_000;

/** Questions that are the last ones. */
const FEW = 20;

/** A call that brought nothing, on the question's own account: the breaker does not count it. */
class QuestionFailure extends Error {
  override readonly name = 'QuestionFailure';
}

type Useful = Exclude<Brought, { kind: 'none' }>;

type End =
  | { readonly kind: 'asked'; readonly interruption: Interruption | undefined }
  /** With whatever was thrown, or is the signal's reason. */
  | { readonly kind: 'thrown'; readonly error: unknown };

export class Asking<Q extends Question> {
  readonly #service: Service;
  readonly #questions: readonly Q[];
  readonly #told: Told<Q>;
  readonly #turns: Turns<Q>;
  readonly #answered: Uint8Array;
  #underWay = 0;
  /** Set once no call is begun any more. */
  #end: End | undefined;
  #timer: NodeJS.Timeout | undefined;
  #finish: () => void = () => {};

  constructor(service: Service, questions: readonly Q[], told: Told<Q>) {
    this.#service = service;
    this.#questions = questions;
    this.#told = told;
    this.#turns = new Turns(questions);
    this.#answered = new Uint8Array(questions.length);
  }

  /** @throws The signal's reason, or what `told` throws; both when no call is under way any more. */
  async run(signal: AbortSignal): Promise<Asked<Q>> {
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve;
    });
    const stop = () => this.#stop(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    this.#goOn();
    await finished;
    signal.removeEventListener('abort', stop);
    clearTimeout(this.#timer);
    if (this.#end !== undefined) this.#service.startOver();
    if (this.#end?.kind === 'thrown') throw this.#end.error;
    const unanswered = this.#questions.filter((_, place) => this.#answered[place] === 0);
    return { unanswered, interruption: this.#end?.interruption };
  }

  /** Begins what may begin now, and sees to it that it is called again when more may. */
  #goOn(): void {
    if (this.#end === undefined) clearTimeout(this.#timer);
    while (this.#end === undefined && !this.#turns.isEmpty && this.#underWay < this.#service.places) {
      const now = performance.now();
      const wait = Math.max(this.#service.wait(now), this.#turns.wait(now));
      if (wait > 0) {
        // Whatever has no time yet depends on a call that is under way.
        if (wait < Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#goOn(), Math.ceil(wait));
        return;
      }
      void this.#ask(this.#turns.take(now, !this.#service.circuit.isClosed), now);
    }
    if (this.#underWay === 0) this.#finish();
  }

  async #ask(turn: Turn<Q>, now: number): Promise<void> {
    this.#underWay += 1;
    try {
      const brought = await this.#brought(turn, now);
      if (brought !== undefined) this.#take(turn, brought);
    } catch (error) {
      this.#throw(error);
    }
    this.#underWay -= 1;
    this.#goOn();
  }

  /** @throws ServiceFailure or QuestionFailure where it brought nothing: this is how the breaker learns of it. */
  async #call(turn: Turn<Q>, begun: number): Promise<Useful> {
    const service = this.#service;
    const passing = service.pace.begin(begun);
    const brought = await call(service.line, service.settings, { question: turn.question, passing });
    if (brought.kind === 'answer') service.answered();
    if (brought.kind !== 'none') return brought;
    const now = performance.now();
    if (brought.hold !== undefined) service.hold(now, brought.hold);
    const isSuspect =
      brought.hold === undefined && (turn.isSuspect(service.answers) || this.#isOfTheLast(brought));
    if (isSuspect && service.circuit.isClosed) throw new QuestionFailure(brought.why);
    service.failed(now, brought.why);
    throw new ServiceFailure(brought.why);
  }

  /** Where hardly anybody is left, others who are answered cannot tell whose fault it is: a service that speaks is not dead. */
  #isOfTheLast({ isReply = false }: Brought & { kind: 'none' }): boolean {
    return isReply && this.#turns.left + this.#underWay <= FEW;
  }

  /** Undefined where the call brought nothing, which is seen to then. */
  async #brought(turn: Turn<Q>, now: number): Promise<Useful | undefined> {
    try {
      return await this.#service.circuit.execute(() => this.#call(turn, now));
    } catch (error) {
      if (error instanceof BrokenCircuitError) {
        this.#service.renewCircuit();
        this.#turns.putBack(turn);
      } else if (error instanceof ServiceFailure || error instanceof QuestionFailure) {
        this.#fail(turn, error);
      } else {
        throw error;
      }
      return undefined;
    }
  }

  #take(turn: Turn<Q>, brought: Useful): void {
    if (brought.kind === 'answer') {
      this.#answered[turn.place] = 1;
      this.#told.answered(turn.question, brought.answer);
    } else {
      this.#interrupt(this.#interruptionOf(brought));
    }
  }

  #interruptionOf({ kind, why }: Exclude<Useful, { kind: 'answer' }>): Interruption {
    if (kind === 'stop') return { kind: 'stopped', why };
    const { dayBeginsAt, opensAt } = this.#service.settings;
    const until = nextTimeOfDay(kind === 'day' ? dayBeginsAt : opensAt, new Date());
    return { kind: 'paused', until, why };
  }

  #fail(turn: Turn<Q>, error: ServiceFailure | QuestionFailure): void {
    this.#told.failed();
    const now = performance.now();
    turn.failed(now, this.#service.answers);
    if (error instanceof QuestionFailure && !turn.isTriedAgain()) return;
    this.#turns.putBack(turn);
    const why = error instanceof ServiceFailure ? this.#service.givenUp(now) : undefined;
    if (why !== undefined) this.#interrupt({ kind: 'unreachable', why });
  }

  /** The first reason is the one that counts. */
  #interrupt(interruption: Interruption): void {
    this.#end ??= { kind: 'asked', interruption };
  }

  #stop(reason: unknown): void {
    this.#throw(reason);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#service.line.cut(), GRACE);
    this.#goOn();
  }

  #throw(error: unknown): void {
    if (this.#end?.kind !== 'thrown') this.#end = { kind: 'thrown', error };
  }
}
