/** Files of NIKs that the registry answers: nobody is called, it is only counted who has no answer yet. */
import type { Transaction } from '../db/database.ts';
import { GelombangError } from '../errors.ts';
import type { Wave } from '../wave/record.ts';
import type { StepContext, StepResult } from '../wave/stage.ts';

export async function countExchange({ wave }: StepContext): Promise<StepResult> {
  throw new GelombangError('UNEXPECTED', `wave ${wave.id}: not there yet`);
}

/** What the wave is held against from here on. */
export async function fixExchange(_sql: Transaction, wave: Wave): Promise<void> {
  throw new GelombangError('UNEXPECTED', `wave ${wave.id}: not there yet`);
}
