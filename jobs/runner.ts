/** Where the steps that a worker takes from the queue are carried out. */
import type { StepKey } from '../src/pipeline.ts';
import type { StepEnd } from './processor.ts';

export interface StepRunner {
  /** The id of the process, as the leases of its steps have it. */
  readonly worker: string;
  /** How many steps it does side by side; whoever uses it gives it no more. */
  readonly atOnce: number;
  /** Throws only where the ledger cannot be written. */
  run(key: StepKey): Promise<StepEnd>;
  /** A step that hangs has failed, for this reason: whatever is still done for it is given up. The very key that it runs with. */
  cut(key: StepKey, why: Error): void;
  /** What is under way may go on for seconds, what then goes on is cancelled; nothing new is begun. */
  stop(): void;
  /** Gives everything up that it holds, and with it what is still under way. */
  end(): Promise<void>;
}
