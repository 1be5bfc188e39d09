/** Leaves a service alone that fails again and again, and tries after a while with one call whether it is back. */
import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  ExponentialBackoff,
  handleType,
  type IBackoff,
} from 'cockatiel';

/** Calls one after the other that brought nothing. */
const MOST_FAILURES = 10;
/** Milliseconds until the first try, and between tries at the most. */
const FIRST_TRY = 500;
const LONGEST = 15_000;
/** A timer may be early by a millisecond. */
const EARLY = 2;

/** A call that brought nothing, and that is the service's fault and not the question's. */
export class ServiceFailure extends Error {
  override readonly name = 'ServiceFailure';
}

export interface CircuitEvents {
  /** It is opened; not told of again when a try fails. */
  opened(): void;
  closed(): void;
  /** Milliseconds until a try has to come at the latest. */
  longestWait(): number;
}

export class Circuit {
  readonly #policy: CircuitBreakerPolicy;
  #delay = 0;
  #tryAt = Number.NEGATIVE_INFINITY;

  constructor({ opened, closed, longestWait }: CircuitEvents) {
    const waits = new ExponentialBackoff({ initialDelay: FIRST_TRY, maxDelay: LONGEST });
    let isFirst = true;
    const delegate = new DelegateBackoff<object, IBackoff<unknown>>((context, before) => {
      const state = (before ?? waits).next(context);
      isFirst = before === undefined;
      this.#delay = Math.min(state.duration, longestWait());
      return { delay: this.#delay, state };
    });
    const breaker = new ConsecutiveBreaker(MOST_FAILURES);
    this.#policy = circuitBreaker(handleType(ServiceFailure), { breaker, halfOpenAfter: delegate });
    this.#policy.onBreak(() => {
      this.#tryAt = performance.now() + this.#delay + EARLY;
      if (isFirst) opened();
    });
    this.#policy.onReset(closed);
  }

  /** Milliseconds until a call may begin; 0: now; infinite: not before the one that tries has ended. */
  wait(now: number): number {
    if (this.#policy.state === CircuitState.HalfOpen) return Number.POSITIVE_INFINITY;
    return this.#policy.state === CircuitState.Open ? Math.max(0, this.#tryAt - now) : 0;
  }

  get isClosed(): boolean {
    return this.#policy.state === CircuitState.Closed;
  }

  /** @throws What the call throws; BrokenCircuitError, without calling, where the machine's clock was set back. */
  execute<Result>(call: () => Promise<Result>): Promise<Result> {
    return this.#policy.execute(call);
  }
}
