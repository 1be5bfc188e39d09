import { STAGES, type StageName } from '../pipeline.ts';
import type { Progress } from '../wave/progress.ts';
import { askingDetail } from './asking-lines.ts';
import { type ProgressLine, progressLine } from './progress.ts';
import { counted } from './words.ts';

/** A line a stage, one after the other, as the ledger says. */
export class StageBars {
  readonly #shown: readonly StageName[];
  readonly #ended = new Set<string>();
  #stage: string | undefined;
  #line: ProgressLine | undefined;

  constructor(shown: readonly StageName[] = STAGES) {
    this.#shown = shown;
  }

  show(progress: Progress): void {
    for (const { stage, parts, done, counts } of progress.stages) {
      if (parts === undefined || this.#ended.has(stage) || !this.#shown.includes(stage)) continue;
      // A stage that has nothing to do is not shown.
      if (parts === 0) continue;
      if (this.#stage !== stage) this.#begin(stage);
      const { asking } = progress;
      if (stage === 'ask' && asking !== null && done < parts)
        this.#line?.update(asking.answered, asking.questions, askingDetail(asking));
      else this.#line?.update(done, parts, describeCounts(counts));
      if (done < parts) return;
      this.#line?.end();
      this.#ended.add(stage);
    }
  }

  end(): void {
    this.#line?.end();
  }

  #begin(stage: string): void {
    this.#line?.end();
    this.#stage = stage;
    this.#line = progressLine(stage);
  }
}

/** `1,902 found, 1,965 applications`. Outcomes and reasons, which are codes, have the funnel for themselves. */
export function describeCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([what]) => what === what.toLowerCase())
    .map(([what, count]) => counted(count, what.replace(/s$/, ''), what))
    .join(', ');
}
