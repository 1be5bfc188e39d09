/** ask: has the registry answer about everybody of the wave, where the policy has it asked person by person or by file. */
import type { DukcapilSettings } from '../dukcapil/settings.ts';
import { type MatchSource, matchSourceOf } from '../policy/policy.ts';
import { type Stage, type StepContext, type StepResult, type Waiting, WHOLE } from '../wave/stage.ts';
import { countExchange, fixExchange } from './exchange.ts';
import { askService, fixAnswers } from './service.ts';

/** @param settings How the web service is called; undefined in a process that cannot. */
export function ask(settings: DukcapilSettings | undefined): Stage {
  return {
    // Of a snapshot nobody is asked: the stage has no part.
    plan: async (_, { policy }) => (matchSourceOf(policy) === 'snapshot' ? [] : WHOLE),
    work: (context) => SOURCES[matchSourceOf(context.wave.policy)](context, settings),
    complete: async (sql, wave) => {
      if (matchSourceOf(wave.policy) === 'dukcapil') await fixAnswers(sql, wave);
      if (matchSourceOf(wave.policy) === 'exchange') await fixExchange(sql, wave);
    },
  };
}

type AskBySource = (
  context: StepContext,
  settings: DukcapilSettings | undefined,
) => Promise<StepResult | Waiting>;

const SOURCES: Readonly<Record<MatchSource, AskBySource>> = {
  snapshot: async () => ({ counts: {}, digest: '' }),
  dukcapil: askService,
  exchange: countExchange,
};
