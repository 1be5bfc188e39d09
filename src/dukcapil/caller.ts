/** Calls the web service, as fast as the settings allow and never faster. */
import type { Log } from '../log.ts';
import type { Question } from '../registry/question.ts';
import type { Service } from './service.ts';
import type { DukcapilSettings } from './settings.ts';

/** What the service says of one person. */
export interface ServiceAnswer {
  /** As the service gave it; `01` where it gave elements without a code. */
  readonly code: string;
  /** 0: not found; else the place in `REGISTRY_STATUSES`, from 1. */
  readonly status: number;
  /** Null where the answer does not say; never null of a person who is found and active. */
  readonly kkMatches: boolean | null;
  readonly birthDateMatches: boolean | null;
  /** Percent. */
  readonly nameSimilarity: number | null;
  /** Calls that are left today, where the answer says so. */
  readonly callsLeft: number | null;
}

/** Why not all were asked. `why` is a sentence for the operator, with the code where there was one. */
export type Interruption =
  | { readonly kind: 'paused'; readonly until: Date; readonly why: string }
  | { readonly kind: 'stopped'; readonly why: string }
  | { readonly kind: 'unreachable'; readonly why: string };

export interface Asked<Q extends Question> {
  readonly unanswered: readonly Q[];
  /** Undefined where all were asked; some of them may have brought no answer all the same. */
  readonly interruption: Interruption | undefined;
}

export interface Told<Q extends Question> {
  answered(question: Q, answer: ServiceAnswer): void;
  /** A call that brought no answer. */
  failed(): void;
}

export interface Caller {
  /**
   * Asks all of these. On the signal it begins no call any more, waits a moment for those under way, and throws the signal's
   * reason. What is known of the service (how fast it was called, whether it answers) is kept from one time to the next.
   */
  askAll<Q extends Question>(questions: readonly Q[], told: Told<Q>, signal: AbortSignal): Promise<Asked<Q>>;
  /** Ends what is under way. Nobody is asked afterwards. */
  close(): Promise<void>;
}

/**
 * A caller knows nothing of other callers' calls: whoever opens one sees to it that no other one called within the second
 * before.
 */
export function openCaller(settings: DukcapilSettings, log: Log): Caller {
  let service: Promise<Service> | undefined;
  return {
    askAll: async (questions, told, signal) => {
      signal.throwIfAborted();
      // Loaded where somebody is asked: the client and the breaker would be a third of a second of every other wave.
      const { Asking } = await import('./asking.ts');
      service ??= import('./service.ts').then((loaded) => new loaded.Service(settings, log));
      const asking = new Asking(await service, questions, told);
      signal.throwIfAborted();
      return asking.run(signal);
    },
    close: async () => {
      await (await service)?.line.close();
    },
  };
}
